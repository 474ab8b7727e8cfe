// Which errors are an answer that the application decided on (contract S13).

/**
 * Whether an error is the framework's own kind of HTTP error, below 500: it carries its status, as those of http-errors
 * (Koa) and h3 do. A failed-login counter has to survive such an answer; anything else that was thrown is a crash, and
 * what the handler saved before it goes with it.
 */
export function isAnswer(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { status, statusCode } = error as { readonly status?: unknown; readonly statusCode?: unknown };
  const code = status ?? statusCode;
  return typeof code === 'number' && code >= 300 && code < 500;
}
