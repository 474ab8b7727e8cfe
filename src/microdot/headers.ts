// Response headers: case-insensitive, and checked, so that no value can smuggle in another header.

import { typeName, ValueError } from '../errors.js';
import type { HeaderRecord } from './transport.js';

/** Headers for a response: an object (a list where a header has several lines, as `Set-Cookie`), or pairs. */
export type HeadersInput =
  | Readonly<Record<string, string | number | readonly string[]>>
  | Iterable<readonly [string, string]>;

/** A token of RFC 9110 5.6.2. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Tab, visible characters and obs-text of RFC 9110 5.5: no CR, LF or NUL. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

interface Entry {
  name: string;
  values: string[];
}

/** The headers of a response, with the methods of a web `Headers`. */
export class ResponseHeaders implements Iterable<[string, string]> {
  readonly #entries = new Map<string, Entry>();

  /** @throws ValueError `ERR_APP_BAD_RESPONSE` for a name or value that HTTP does not allow. */
  constructor(init?: HeadersInput | ResponseHeaders) {
    if (init === undefined) return;
    if (Symbol.iterator in init) {
      for (const [name, value] of init as Iterable<readonly [string, string]>) this.append(name, value);
    } else {
      for (const [name, value] of Object.entries(init)) this.set(name, value);
    }
  }

  /** The value, several joined by `, `; `null` where it is not set. */
  get(name: string): string | null {
    return this.#entries.get(name.toLowerCase())?.values.join(', ') ?? null;
  }

  getSetCookie(): string[] {
    return [...(this.#entries.get('set-cookie')?.values ?? [])];
  }

  has(name: string): boolean {
    return this.#entries.has(name.toLowerCase());
  }

  /** Replaces a header. */
  set(name: string, value: string | number | readonly string[]): void {
    const values = (Array.isArray(value) ? value : [value]).map((one) => checkValue(name, one));
    this.#entries.set(checkName(name), { name, values });
  }

  /** Adds a line to a header. */
  append(name: string, value: string): void {
    const entry = this.#entries.get(checkName(name));
    if (entry === undefined) this.set(name, value);
    else entry.values.push(checkValue(name, value));
  }

  delete(name: string): void {
    this.#entries.delete(name.toLowerCase());
  }

  *[Symbol.iterator](): Iterator<[string, string]> {
    for (const { name, values } of this.#entries.values()) {
      if (name.toLowerCase() !== 'set-cookie') yield [name, values.join(', ')];
      else for (const value of values) yield [name, value];
    }
  }

  /** Copies everything into a record; the names of three headers get one spelling, so that nothing comes twice. */
  copyTo(record: HeaderRecord): void {
    for (const [key, { name, values }] of this.#entries) {
      if (key === 'set-cookie') record['Set-Cookie'] = [...values];
      else if (key === 'content-type') record['Content-Type'] = values.join(', ');
      else if (key === 'content-length') record['Content-Length'] = values.join(', ');
      else record[name] = values.join(', ');
    }
  }
}

/** The lower-case form of a header name, checked. */
function checkName(name: unknown): string {
  if (typeof name !== 'string' || !NAME.test(name)) {
    throw new ValueError(
      'ERR_APP_BAD_RESPONSE',
      `a header name must be letters, digits and !#$%&'*+-.^_\`|~ ; this ${typeName(name)} is not`,
    );
  }
  const key = name.toLowerCase();
  // How the body is framed is the transport's to say: a second opinion in a header is request smuggling.
  if (key === 'transfer-encoding' || key === '__proto__') {
    throw new ValueError('ERR_APP_BAD_RESPONSE', `the header ${name} cannot be set: leave it out`);
  }
  return key;
}

/** A header value as text. @throws ValueError `ERR_APP_BAD_RESPONSE` for one that HTTP does not allow. */
export function checkValue(name: string, value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && VALUE.test(text)) return text;
  throw new ValueError(
    'ERR_APP_BAD_RESPONSE',
    `the value of header ${String(name)} must be one line of Latin-1 text; this ${typeName(value)} is not`,
  );
}

/** Sets or adds a line in a record of headers, whatever case its names have. */
export function setHeader(record: HeaderRecord, name: string, value: string): void {
  const key = checkName(name);
  const present = Object.keys(record).find((other) => other.toLowerCase() === key);
  record[present ?? name] = checkValue(name, value);
}

/** A header of a record, in any case; several lines joined by `, `. */
export function getHeader(record: HeaderRecord, name: string): string | null {
  const key = name.toLowerCase();
  const present = Object.keys(record).find((other) => other.toLowerCase() === key);
  if (present === undefined) return null;
  const value = record[present];
  return typeof value === 'string' ? value : value.join(', ');
}

/** Adds one `Set-Cookie` line after those already there. */
export function appendSetCookie(record: HeaderRecord, header: string): void {
  const value = checkValue('Set-Cookie', header);
  const lines = record['Set-Cookie'];
  if (Array.isArray(lines)) lines.push(value);
  else record['Set-Cookie'] = [value];
}
