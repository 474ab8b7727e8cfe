// The headers that writeHead is given, set one by one.

import type { HeaderValue, ServerResponse } from './server-response.js';

/** What writeHead does with its headers: an object, or a flat list in which a name may come several times. */
export function setAll(response: ServerResponse, headers: object): void {
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as HeaderValue);
    return;
  }
  const flat: readonly unknown[] = headers.flat(Number.POSITIVE_INFINITY);
  const lines = new Map<string, { readonly name: string; readonly values: string[] }>();
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = String(flat[i]);
    const line = lines.get(name.toLowerCase()) ?? { name, values: [] };
    line.values.push(String(flat[i + 1]));
    lines.set(name.toLowerCase(), line);
  }
  for (const { name, values } of lines.values()) response.setHeader(name, values.length === 1 ? values[0] : values);
}
