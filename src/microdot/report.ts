// The only place that prints: unhandled errors, and where the server listens.

/** Told of every error that nothing handled. It must not throw. */
export type ErrorReporter = (error: unknown, request: { readonly method: string; readonly path: string }) => void;

/**
 * Prints an error to standard error: its name and message, with `debug` its stack. Never headers, cookies, the query or
 * the properties of the error, which may hold secrets of a visitor.
 */
export function printError(error: unknown, method: string, path: string, debug: boolean): void {
  // Control characters of a path could forge a line of the log.
  const where = `${method} ${path}`.replace(/\p{Cc}/gu, '?');
  print('error', `${where}: ${describe(error, debug)}`);
}

function describe(error: unknown, debug: boolean): string {
  if (!(error instanceof Error)) return `something was thrown that is no Error (${typeof error})`;
  if (!debug) return `${error.name}: ${error.message}`;
  const text = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause instanceof Error ? `${text}\ncaused by: ${describe(error.cause, debug)}` : text;
}

/** Prints a line to standard output. */
export function printLine(text: string): void {
  print('log', text);
}

function print(method: 'log' | 'error', text: string): void {
  // biome-ignore lint/suspicious/noConsole: a server says where it listens and what went wrong
  console[method](text);
}
