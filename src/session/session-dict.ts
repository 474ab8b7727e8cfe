// The dict: plain data with save() and delete() on its prototype, bound to its request by a private field.

import { ValueError } from '../errors.js';

/** Names that `T` may not have. */
export type Reserved = 'save' | 'delete';

const RESERVED: readonly Reserved[] = ['save', 'delete'];

function reservedKey(name: Reserved): ValueError {
  return new ValueError(
    'ERR_SESSION_RESERVED_KEY',
    `'${name}' is a method of the session and no key; use another name`,
  );
}

/** The keys of T, less those that come only from an index signature. */
type LiteralKeys<T> = keyof {
  [K in keyof T as string extends K ? never : number extends K ? never : symbol extends K ? never : K]: 1;
};

/** `unknown` when T is fine, a type that nothing matches (with words in it) when not. */
export type DataOf<T> =
  Extract<LiteralKeys<T>, Reserved> extends never
    ? unknown
    : { readonly 'save and delete are not allowed as session keys': never };

export interface SessionMethods {
  /**
   * Signs the data as they are now and sends them with this response. Later changes need another `save()`.
   * @throws ValueError `ERR_SESSION_BAD_PAYLOAD`, `ERR_SESSION_RESERVED_CLAIM`, `ERR_SESSION_SCHEMA`,
   * `ERR_SESSION_UNREADABLE`, `ERR_SESSION_TOO_LARGE`, `ERR_SESSION_HEADERS_SENT`, `ERR_SESSION_NO_SECRET`;
   * `ERR_SESSION_BAD_OPTION` for a timeout or `maxAge` function that gives no whole seconds, or an asynchronous schema
   */
  save(): void;
  /**
   * Empties the dict and has the browser forget the cookie. A copy of the cookie stays valid: a signed cookie cannot be
   * called back.
   * @throws ValueError `ERR_SESSION_HEADERS_SENT`
   */
  delete(): void;
}

/** Every key of T, optional and writable. */
export type Open<T> = { -readonly [K in keyof T]?: T[K] | undefined };

/** Data of no declared shape: what `T` is where nobody says, so that a first example needs no types. */
// biome-ignore lint/suspicious/noExplicitAny: the documented default, here for all who have it
export type AnyData = Record<string, any>;

/** The session of one request: every key of `T`, optional and writable, and the two methods. */
export type SessionDict<T extends object = AnyData> = Open<T> & SessionMethods;

/** Whoever does what the dict's methods say; what it returns, they return. */
export interface DictOwner {
  save(): unknown;
  delete(): unknown;
}

/** Returns what it is given, so that a subclass can put its private field on an object that is not its own. */
class Adopt {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the point of this class
    return target;
  }
}

/** The owner as a private field: no key, no symbol, nothing that a spread, a print or a data key could meet. */
class Owned extends Adopt {
  readonly #owner: DictOwner;

  constructor(dict: object, owner: DictOwner) {
    super(dict);
    this.#owner = owner;
  }

  static ownerOf(dict: unknown): DictOwner {
    if (typeof dict === 'object' && dict !== null && #owner in dict) return dict.#owner;
    throw new ValueError(
      'ERR_SESSION_NOT_INSTALLED',
      'save() and delete() work on the object that session.get() returned, called as session.save()',
    );
  }
}

const methods: DictOwner = {
  save(): unknown {
    return Owned.ownerOf(this).save();
  },
  delete(): unknown {
    return Owned.ownerOf(this).delete();
  },
};

function reserved(name: Reserved): PropertyDescriptor {
  const method = methods[name];
  return {
    get: () => method,
    // An assignment would otherwise hide the method behind a value, and the next save() would be a TypeError.
    set: () => {
      throw reservedKey(name);
    },
  };
}

/** No Object.prototype behind it: an absent key is absent whatever its name, and `__proto__` is a key like any other. */
const prototype: object = Object.create(null, { save: reserved('save'), delete: reserved('delete') });

/** A dict with the data of a payload, less the {@link reservedMembers}. */
export function createDict(payload: object, owner: DictOwner): object {
  // Object.assign on a fresh object, measured: a spread takes 20 to 60 % longer, Object.setPrototypeOf on the parsed
  // object and then the private field twice as long. Its assignments find no setter but the two reserved ones.
  const dict = Object.assign(Object.create(prototype), hasReserved(payload) ? withoutReserved(payload) : payload);
  new Owned(dict, owner);
  return dict;
}

/**
 * The members of a payload that a dict cannot show, since its methods have their names; null where there are none. Only
 * a foreign token can have them, and a save writes them back (contract S16).
 */
export function reservedMembers(payload: object): object | null {
  return hasReserved(payload) ? pick(payload, isReserved) : null;
}

/** @throws ValueError `ERR_SESSION_RESERVED_KEY` for data that a dict cannot show */
export function assertNoReservedKey(data: object): void {
  for (const name of RESERVED) if (Object.hasOwn(data, name)) throw reservedKey(name);
}

const isReserved = (key: string): boolean => key === 'save' || key === 'delete';

const hasReserved = (payload: object): boolean => Object.hasOwn(payload, 'save') || Object.hasOwn(payload, 'delete');

const withoutReserved = (payload: object): object => pick(payload, (key) => !isReserved(key));

const pick = (payload: object, wanted: (key: string) => boolean): object =>
  Object.fromEntries(Object.entries(payload).filter(([key]) => wanted(key)));

/** A dict and what it cannot show. By descriptors: a spread would call an accessor, which a save refuses (contract S15). */
export function withMembers(dict: object, hidden: object): object {
  const members = { ...Object.getOwnPropertyDescriptors(dict), ...Object.getOwnPropertyDescriptors(hidden) };
  return Object.defineProperties({}, members);
}

/** Removes every key; false where the object does not let itself be changed. */
export function emptyDict(dict: object): boolean {
  for (const key of Reflect.ownKeys(dict)) Reflect.deleteProperty(dict, key);
  return Reflect.ownKeys(dict).length === 0;
}
