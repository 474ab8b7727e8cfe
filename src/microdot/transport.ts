// What lies between the app and a transport (node:http, fetch, the test client): one request in, one response out.

/** Address and port of the peer of the connection. */
export type ClientAddr = readonly [host: string, port: number];

/** Request headers; names are case-insensitive, lines of one name are joined. A web `Headers` is one. */
export interface RequestHeaders extends Iterable<[string, string]> {
  get(name: string): string | null;
  has(name: string): boolean;
}

/** One request as a transport has it. Everything is read lazily, and at most what a handler asks for. */
export interface Incoming {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  /** True over https, false over http. */
  readonly secure: boolean;
  readonly clientAddr: ClientAddr | null;
  readonly headers: RequestHeaders;
  /** Whether a body may follow; a chunked one has no length in the headers. */
  readonly hasBody: boolean;
  /** A header by its lower-case name, several lines joined by `, ` (by `; ` for `cookie`); `null` where there is none. */
  header(name: string): string | null;
  /** The whole body, or `null` when it is longer than `limit` bytes: then `stream()` still yields all of it. */
  readBody(limit: number): Promise<Uint8Array | null>;
  stream(): ReadableStream<Uint8Array>;
}

/** Header lines under the names they are sent with. */
export type HeaderRecord = Record<string, string | string[]>;

/** A streamed body on its way out. */
export interface Chunks {
  /** The next chunk, `null` at the end. A rejection has been reported already. */
  next(): Promise<string | Uint8Array | null>;
  /** Tells the producer that nobody reads on. Never rejects. */
  cancel(): Promise<void>;
}

/** One response, final: a transport adds `Content-Length` to a known body, and leaves out the body of a HEAD. */
export interface Outgoing {
  readonly status: number;
  /** `undefined`: the transport's own phrase for the status. */
  readonly reason: string | undefined;
  readonly headers: HeaderRecord;
  /** `null`: no body, and no length either. */
  readonly body: string | Uint8Array | Chunks | null;
  /** Reports an error of sending it. */
  readonly report: (error: unknown) => void;
}

/** A flat list `[name, value, name, value …]`, as node:http has it, read without building an object of it. */
export class HeaderLines implements RequestHeaders {
  readonly #raw: readonly string[];

  constructor(raw: readonly string[]) {
    this.#raw = raw;
  }

  get(name: string): string | null {
    return headerOf(this.#raw, name.toLowerCase());
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  *[Symbol.iterator](): Iterator<[string, string]> {
    const names = new Set(this.#raw.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
    for (const name of names) yield [name, headerOf(this.#raw, name) ?? ''];
  }
}

/** The header of a lower-case name in a flat list; lengths are compared first, since nearly all of them differ. */
export function headerOf(raw: readonly string[], name: string): string | null {
  let value: string | null = null;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const key = raw[i];
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    if (value === null) value = raw[i + 1];
    // RFC 9113 8.2.3: cookie lines join with a semicolon, all others with a comma (RFC 9110 5.3).
    else value += (name === 'cookie' ? '; ' : ', ') + raw[i + 1];
  }
  return value;
}
