// Tokens whose signature has been checked before: what a visitor sends with every click is verified once, not every time.

import { type ClaimName, type Content, contentOf } from './content.js';
import type { JoseHeader } from './header.js';

/** A token that is known to be genuine. Whether its claims still hold is asked anew each time, by whoever asks. */
export interface KnownToken {
  readonly token: string;
  readonly header: JoseHeader;
  readonly keyIndex: number;
  /** As JSON, until it is asked for; then the values, of whose payload everybody gets a copy. */
  content: string | Content;
}

/** Characters of a token over which it is not kept: so many slots of them bound the memory. A browser's cookie is no longer. */
export const MAX_CACHED = 4096;
/**
 * Objects, arrays and names in a payload up to which it is kept as a value; one with more is parsed again each time. `[],`
 * are three characters of a token and 40 bytes of memory, and each new name makes its object a class of its own: a thousand
 * tokens full of them would take 64 MB. It also bounds the depth: the copy calls itself, and small engines have small stacks.
 */
const MAX_PARTS = 256;

/** A token's dot and signature as they stand in its text: 44 characters in words of four. */
export type Signature = Int32Array;
/** Words of a {@link Signature}. */
export const SIGNATURE_WORDS = 11;

/** Slots of a set: where a token may stand. */
const WAYS = 4;
/** Sets that are made together, when the first token for one of them comes: few visitors take few kilobytes. */
const PAGE_SETS = 16;

interface Page {
  readonly signatures: Int32Array;
  readonly tokens: (KnownToken | undefined)[];
}

/**
 * A table of tokens by bits of their signature. Only genuine ones enter, so a flood of forged tokens evicts nothing; and the
 * bits of a MAC are as good as random, so a client cannot choose whom it evicts.
 *
 * The signature that came is compared first, in a time that does not tell where it differs, and the text of the token only
 * where all of it was right. Whoever does not know a token's signature so never reaches a comparison that ends early; the
 * other way around, by the text or in a Map, one could feel one's way to the token of somebody else. Both must be equal:
 * the same signature under another payload is a forgery.
 *
 * Four slots to a set, over one slot for each token: 256 visitors in 1,024 slots would push each other out in 22 of 100
 * requests, and so do it in two.
 */
export class TokenCache {
  readonly #mask: number;
  readonly #pages: (Page | undefined)[];

  /** @param slots how many tokens are kept at most; rounded up to a power of two, four at least */
  constructor(slots: number) {
    this.#mask = 2 ** Math.ceil(Math.log2(Math.max(slots, WAYS))) / WAYS - 1;
    this.#pages = emptySlots(Math.ceil((this.#mask + 1) / PAGE_SETS));
  }

  find(signature: Signature, token: string): KnownToken | undefined {
    const set = setOf(signature) & this.#mask;
    const page = this.#pages[(set / PAGE_SETS) | 0];
    if (page === undefined) return undefined;
    const { signatures, tokens } = page;
    const first = (set % PAGE_SETS) * WAYS;
    for (let slot = first; slot < first + WAYS; slot++) {
      const at = slot * SIGNATURE_WORDS;
      let difference = 0;
      for (let i = 0; i < SIGNATURE_WORDS; i++) difference |= signatures[at + i] ^ signature[i];
      if (difference !== 0) continue;
      const known = tokens[slot];
      return known?.token === token ? known : undefined;
    }
    return undefined;
  }

  /** @param signature of the token: made here, or received and found right */
  keep(signature: Signature, known: KnownToken): void {
    if (known.token.length > MAX_CACHED || this.find(signature, known.token) !== undefined) return;
    const set = setOf(signature) & this.#mask;
    const { signatures, tokens } = this.#pageFor((set / PAGE_SETS) | 0);
    const first = (set % PAGE_SETS) * WAYS;
    let slot = first;
    while (slot < first + WAYS && tokens[slot] !== undefined) slot++;
    // Of a full set the token that further bits name goes. By turns, five visitors in a set would all miss, always.
    if (slot === first + WAYS) slot = first + (signature[3] % WAYS);
    for (let i = 0; i < SIGNATURE_WORDS; i++) signatures[slot * SIGNATURE_WORDS + i] = signature[i];
    tokens[slot] = known;
  }

  #pageFor(number: number): Page {
    const known = this.#pages[number];
    if (known !== undefined) return known;
    const sets = Math.min(PAGE_SETS, this.#mask + 1);
    const slots = sets * WAYS;
    const page: Page = {
      signatures: new Int32Array(slots * SIGNATURE_WORDS),
      tokens: emptySlots(slots),
    };
    this.#pages[number] = page;
    return page;
  }
}

/** Filled: a hole, and what Array.from reads by itself, would be looked for in Object.prototype, which may be polluted. */
const emptySlots = <S>(length: number): (S | undefined)[] => Array.from({ length }, () => undefined);

/** Bits for a set, of eight characters that bring six each: the odd factors spread them. */
const setOf = (signature: Signature): number =>
  Math.imul(signature[1] ^ Math.imul(signature[2], 0x9e3779b1), 0x85ebca6b) >>> 12;

/**
 * A payload of its own for everyone who asks: what a handler writes into it is nobody else's.
 * @param own claims that are taken out of it; the same ones each time
 */
export function contentOfKnown(known: KnownToken, own: readonly ClaimName[]): Content {
  const { content } = known;
  if (typeof content === 'object') return { payload: copyOf(content.payload), claims: content.claims };
  const parsed: Record<string, unknown> = JSON.parse(content);
  const fresh = contentOf(parsed, own);
  // Claims are shared: one that is a list or an object, as no session of ours makes it, is parsed anew for everyone.
  if (isSmall(parsed) && !Object.values(fresh.claims).some(isObject)) {
    known.content = { payload: copyOf(fresh.payload), claims: fresh.claims };
  }
  return fresh;
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

/** Whether what JSON.parse made has {@link MAX_PARTS} at most. */
const isSmall = (value: object): boolean => partsLeft(value, MAX_PARTS) >= 0;

function partsLeft(value: object, before: number): number {
  const members: readonly unknown[] = Object.values(value);
  // An element of an array is eight bytes and no more.
  let left = before - 1 - (Array.isArray(value) ? members.length >> 4 : members.length);
  for (const member of members) {
    if (left < 0) return left;
    if (typeof member === 'object' && member !== null) left = partsLeft(member, left);
  }
  return left;
}

/**
 * A deep copy of what JSON.parse made. A quarter of what parsing takes for a typical session, where structuredClone takes
 * three times as long as parsing (Node 24).
 */
export const copyOf = <V extends object>(value: V): V =>
  (Array.isArray(value) ? copyOfArray(value) : copyOfObject(value as Record<string, unknown>)) as V;

function copyOfArray(array: readonly unknown[]): unknown[] {
  const copy = array.slice();
  for (let i = 0; i < copy.length; i++) {
    const member = copy[i];
    if (typeof member === 'object' && member !== null) copy[i] = copyOf(member);
  }
  return copy;
}

function copyOfObject(object: Record<string, unknown>): Record<string, unknown> {
  const copy = { ...object };
  for (const key in copy) {
    const member = copy[key];
    // Not a member of a polluted Object.prototype. It is there already, so also one called __proto__ is only a value.
    if (typeof member === 'object' && member !== null && Object.hasOwn(copy, key)) copy[key] = copyOf(member);
  }
  return copy;
}
