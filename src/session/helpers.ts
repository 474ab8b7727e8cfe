// What one does with a session besides reading and writing keys: functions, so that no key of the data is taken.

/** Removes every key of a session. Nothing is sent until `save()`. */
export function clear(session: object): void {
  for (const key of Object.keys(session)) Reflect.deleteProperty(session, key);
}

/** Whether a session holds nothing: a new visitor, or a cookie that was refused. */
export function isEmpty(session: object): boolean {
  return Object.keys(session).length === 0;
}

/** The key under which {@link flash} keeps its messages. */
const FLASH = 'flash';

/**
 * Keeps a message for one later read: `flash(session, 'info', 'Saved')`, after a redirect `flash(session, 'info')`.
 * Reading removes it, so both sides end with `save()`. Messages lie in the session's own key `flash`.
 *
 * @returns the message that was kept under `name`; undefined where there was none, or one was just set
 */
export function flash<V = unknown>(session: object, name: string, message?: V): V | undefined {
  const data = session as Record<string, unknown>;
  const held = data[FLASH];
  const isOurs = typeof held === 'object' && held !== null && !Array.isArray(held);
  // Entries of a Map, since a message may be named `__proto__`.
  const messages = new Map(isOurs ? Object.entries(held) : []);
  const found = messages.get(name) as V | undefined;
  // Nothing to read: nothing to change, whatever the application may keep under that key.
  if (message === undefined && !messages.delete(name)) return undefined;
  if (message !== undefined) messages.set(name, message);
  if (messages.size === 0) delete data[FLASH];
  else data[FLASH] = Object.fromEntries(messages);
  return message === undefined ? found : undefined;
}
