// Text that PostgreSQL cannot hold, written in text that it can, so that a session comes back as it was.

/**
 * jsonb and text know no U+0000, and no half of a surrogate pair. A visitor can send both, in a form that is kept in a
 * session: to refuse them would let visitors make errors. So U+0001 is a mark: after it stands, in hexadecimal, the code unit
 * that was meant. It is itself written that way, and else so rare that nobody sees any of it.
 */
const MARK = '\u0001';

const hex = (unit: number): string => unit.toString(16);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const UNFIT = /[\0\u0001\p{Surrogate}]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: likewise
const MARKED = /\u0001([01]|d[\da-f]{3})/g;

export const escapeText = (text: string): string => text.replace(UNFIT, (unit) => MARK + hex(unit.charCodeAt(0)));

export const unescapeText = (text: string): string =>
  text.replace(MARKED, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)));

/** A list as the text of a text[]: what clients make of arrays differs. */
export const arrayText = (items: readonly string[]): string =>
  `{${items.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

/** Escapes of a JSON text; two that are a pair together, and every other one, match whole, so that a search starts behind it. */
const JSON_UNFIT =
  /\\u(000[01]|d[89ab][\da-f]{2}(?!\\ud[c-f])|d[c-f][\da-f]{2})|\\ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|\\./gi;
const JSON_MARKED = /\\u0001([01]|d[\da-f]{3})|\\./g;

/** The same within the strings and keys of a JSON text. JSON.stringify writes all of these as escapes, and no raw ones. */
export function escapeJson(json: string): string {
  if (!json.includes('\\u')) return json;
  return json.replace(JSON_UNFIT, (match, unit?: string) =>
    unit === undefined ? match : `\\u0001${hex(Number.parseInt(unit, 16))}`,
  );
}

/** Of the text that jsonb makes, which writes control characters as escapes. */
export function unescapeJson(json: string): string {
  if (!json.includes('\\u0001')) return json;
  return json.replace(JSON_MARKED, (match, unit?: string) =>
    unit === undefined ? match : `\\u${unit.padStart(4, '0')}`,
  );
}
