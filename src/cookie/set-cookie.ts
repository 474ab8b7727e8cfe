// One Set-Cookie header, read as a user agent does (RFC 6265bis, section 5.6).

/** A parsed `Set-Cookie` header: what it says, not yet what it means. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Every attribute in order, its name as spelled; without `=` the value is `''`. Of several the last counts. */
  readonly attributes: readonly (readonly [name: string, value: string])[];
}

/** Longer than this, name and value together, and a user agent ignores the cookie (5.6, step 7). */
const MAX_PAIR = 4096;
/** Longer than this and a user agent ignores the attribute (5.6, step 6 of the attributes). */
const MAX_ATTRIBUTE = 1024;
/** Control characters except tab: the whole header is ignored (5.6, step 1). */
const CONTROL = /[^\t\x20-\x7e\x80-\uffff]/;

/** Parses the value of one `Set-Cookie` header; `null` for one that a user agent ignores. */
export function parseSetCookie(header: string): SetCookie | null {
  if (CONTROL.test(header)) return null;
  const [pair, ...rest] = header.split(';');
  const equals = pair.indexOf('=');
  // Without `=` it is all value, and the name is empty.
  const name = equals < 0 ? '' : trim(pair.slice(0, equals));
  const value = trim(pair.slice(equals + 1));
  if (name.length + value.length > MAX_PAIR || (name === '' && value === '')) return null;
  const attributes = rest.map(parseAttribute).filter(([key, text]) => key !== '' && text.length <= MAX_ATTRIBUTE);
  return { name, value, attributes };
}

/** The value of an attribute, by its lower-case name; the last one counts. `null` where there is none. */
export function attributeOf({ attributes }: SetCookie, name: string): string | null {
  for (let i = attributes.length - 1; i >= 0; i--) {
    if (attributes[i][0].toLowerCase() === name) return attributes[i][1];
  }
  return null;
}

function parseAttribute(part: string): readonly [string, string] {
  const equals = part.indexOf('=');
  return equals < 0 ? [trim(part), ''] : [trim(part.slice(0, equals)), trim(part.slice(equals + 1))];
}

/** Space and tab only: Unicode spaces are part of a value. */
function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
