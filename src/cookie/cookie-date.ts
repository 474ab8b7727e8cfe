// The date of an Expires attribute, read with the leniency of browsers (RFC 6265bis, section 5.1.1).

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Delimiters between date-tokens: everything but digits, letters, colon and bytes beyond ASCII. */
const DELIMITER = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;

/** Seconds since 1970; `null` for text that is no cookie-date. */
export function parseCookieDate(text: string): number | null {
  let time: readonly string[] | null = null;
  let day: number | null = null;
  let month = -1;
  let year: number | null = null;
  // Each token is the first thing of this list that it can be and that has not been found yet.
  for (const token of text.split(DELIMITER)) {
    const clock: RegExpExecArray | null = time === null ? /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/.exec(token) : null;
    if (clock !== null) time = clock.slice(1);
    else if (day === null && /^\d{1,2}(?:\D|$)/.test(token)) day = Number.parseInt(token, 10);
    else if (month < 0 && MONTHS.includes(token.slice(0, 3).toLowerCase())) {
      month = MONTHS.indexOf(token.slice(0, 3).toLowerCase());
    } else if (year === null && /^\d{2,4}(?:\D|$)/.test(token)) year = fullYear(Number.parseInt(token, 10));
  }
  if (time === null || day === null || month < 0 || year === null) return null;
  const [hour, minute, second] = time.map(Number);
  if (day < 1 || day > 31 || year < 1601 || hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  // 31 February is no date.
  return date.getUTCDate() === day ? date.getTime() / 1000 : null;
}

function fullYear(year: number): number {
  if (year >= 70 && year <= 99) return year + 1900;
  return year <= 69 ? year + 2000 : year;
}
