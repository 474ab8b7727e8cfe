// Keeps shared caches from giving one visitor's page or cookie to another (RFC 9111, sections 3 and 7.3).

import type { ResponseHead } from './host.js';

/** What {@link protectFromCaches} did to a head. */
export interface Mended {
  /** Directives of `Cache-Control` that were removed. */
  readonly removed: readonly string[];
  /** Whether `Cache-Control` is all ours: the application had set none. */
  readonly isOurs: boolean;
}

const NOTHING: Mended = Object.freeze({ removed: [], isOurs: false });
const NONE: readonly string[] = [];
const OURS: Mended = Object.freeze({ removed: [], isOurs: true });

/**
 * Marks a response whose handler asked for the session: it varies with the cookie, and belongs to one visitor. Where it
 * sets the cookie, also takes back what would let a shared cache store it: RFC 9111 lets caches store `Set-Cookie`.
 * @param isOurs whether another session of this response has made its `Cache-Control`
 */
export function protectFromCaches(head: ResponseHead, setsCookie: boolean, isOurs = false): Mended {
  addVary(head);
  if (isOurs && !setsCookie) return OURS;
  const present = isOurs ? null : head.get('Cache-Control');
  const directives = present === null ? NONE : splitList(present);
  if (directives.length === 0) {
    head.set('Cache-Control', setsCookie ? 'private, no-store' : 'private');
    return OURS;
  }
  if (!setsCookie) return NOTHING;
  const removed = directives.filter((directive) => SHARED.includes(nameOf(directive)));
  const kept = directives.filter((directive) => !SHARED.includes(nameOf(directive)));
  const isPrivate = kept.some((directive) => isUnqualified(directive, 'private') || nameOf(directive) === 'no-store');
  if (removed.length === 0 && isPrivate) return NOTHING;
  head.set('Cache-Control', [...kept, ...(isPrivate ? [] : ['private'])].join(', '));
  return { removed, isOurs: false };
}

/** Directives that invite a shared cache (RFC 9111, 5.2.2.9 and 5.2.2.10). */
const SHARED: readonly string[] = ['public', 's-maxage'];

function addVary(head: ResponseHead): void {
  const vary = head.get('Vary');
  if (vary === null) {
    head.set('Vary', 'Cookie');
    return;
  }
  const names = splitList(vary);
  if (names.some((name) => name === '*' || name.toLowerCase() === 'cookie')) return;
  head.set('Vary', [...names, 'Cookie'].join(', '));
}

const nameOf = (directive: string): string => (directive.split('=', 1)[0] ?? '').trim().toLowerCase();

/** `private="x-a"` speaks of one header only (RFC 9111, 5.2.2.7). */
const isUnqualified = (directive: string, name: string): boolean => directive.trim().toLowerCase() === name;

/** The members of a comma-separated list, whose quoted strings may hold commas. Linear. */
function splitList(value: string): string[] {
  const members: string[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= value.length; i++) {
    const character = value[i];
    if (quoted && character === '\\') i++;
    else if (character === '"') quoted = !quoted;
    else if (i === value.length || (character === ',' && !quoted)) {
      members.push(value.slice(start, i).trim());
      start = i + 1;
    }
  }
  if (start <= value.length && quoted) members.push(value.slice(start).trim());
  return members.filter((member) => member !== '');
}
