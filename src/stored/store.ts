// What a server-side session needs of its store: the contract of stores, types only.

/** A session as it stands in a store. Times are seconds since 1970, whole where the session writes them. */
export interface StoredRecord {
  /** The JSON text of an object: one member for each key of the session. */
  readonly data: string;
  /** 1 when it was created, one more with every patch. */
  readonly version: number;
  /** When the session was saved first. */
  readonly createdAt: number;
  /** When it was saved or renewed last. */
  readonly seenAt: number;
  /** When it ends; null where it has no end. From then on no store gives it back, whether it is still there or not. */
  readonly expiresAt: number | null;
  /** Whose session it is, such as a user id; null where nobody said. */
  readonly subject: string | null;
}

/**
 * What one request changed: applied in the store to whatever stands there by then, at once or not at all, so that two
 * requests at the same time that change different keys both have their way.
 */
export interface SessionPatch {
  /** Keys that were set, each with the JSON text of its value, which takes the place of the old one as a whole. */
  readonly set: readonly (readonly [key: string, json: string])[];
  /** Keys that are there no longer. */
  readonly remove: readonly string[];
  /** Numbers to be added to what stands under a key; what is absent, or no number, counts as 0. */
  readonly add: readonly (readonly [key: string, amount: number])[];
  readonly seenAt: number;
  readonly expiresAt: number | null;
  /** Undefined leaves it as it is. */
  readonly subject?: string | null | undefined;
  /** Applies only where the record still has this version; null applies always. */
  readonly ifVersion: number | null;
  /** What the caller has in hand, where it can do without an answer; never with numbers to be added. */
  readonly expected?: Expected | undefined;
}

/**
 * The version that a patch was made of, and the JSON text that its data become by the patch. A store may leave it alone, or
 * answer without a record, which is half of a save's price: the caller goes on with what it has. Where the record has that
 * version nobody else wrote, and the store may write `data` as they stand here in place of the changes. Most saves are such.
 */
export interface Expected {
  readonly version: number;
  readonly data: string;
}

/**
 * The record after the patch; null in its place is said only to a patch with {@link Expected}.
 * `isDone: false`: nothing was changed, since the record is another version, or, where it is null, has ended.
 */
export type PatchOutcome =
  | { readonly isDone: true; readonly record: StoredRecord | null }
  | { readonly isDone: false; readonly record: StoredRecord | null };

/** One of a subject's sessions, without its data. */
export interface ListedSession extends Pick<StoredRecord, 'createdAt' | 'seenAt' | 'expiresAt'> {
  /** The key of the record: the hash of the session's id, from which the id cannot be had. */
  readonly key: string;
}

/**
 * A store of sessions. Every method is one round trip to the engine, and atomic. Keys are 43 characters of base64url: the
 * hash of an id, never the id, so that who reads the store cannot take a session over. A store that fails rejects with
 * whatever its client says; it never answers that a session is absent because it could not look.
 *
 * The conformance suite in `microdot/session/testing` asks all of it.
 */
export interface SessionStore {
  /** The record of a key; null where there is none, or it has ended by `now`. */
  read(key: string, now: number): Promise<StoredRecord | null>;
  /**
   * Makes a record. Keys are random: there is none yet, unless two requests copy one from an older store. Then the second is
   * rejected, at least where the record has been patched since: what was saved into it stays.
   */
  create(key: string, record: Omit<StoredRecord, 'version'>): Promise<void>;
  /** Changes a record that has not ended by `now`. Never makes one: what was ended stays ended. */
  patch(key: string, patch: SessionPatch, now: number): Promise<PatchOutcome>;
  /** Ends a session. Whether it was there. */
  delete(key: string): Promise<boolean>;
  /**
   * Gives a record another key; the old one is gone. False where there was none, or it has ended by `now`. Where the engine
   * cannot do it at once (two nodes of a cluster), there may be both for a moment, and never none.
   */
  rename(from: string, to: string, now: number): Promise<boolean>;
  /** The sessions of a subject that have not ended by `now`, those seen last first. */
  list(subject: string, now: number): Promise<readonly ListedSession[]>;
  /** Ends the sessions of a subject, but for one key; how many there were. */
  deleteSubject(subject: string, except: string | null): Promise<number>;
  /**
   * Removes at most `limit` records that have ended by `now`, for engines that do not by themselves; how many it removed.
   * Left out where the engine does.
   */
  purge?(now: number, limit: number): Promise<number>;
}

/** The end of cookie sessions before their time: of one token, or of all that a subject began before a moment. */
export interface Revocation {
  readonly kind: 'token' | 'subject';
  /** The token's `jti`, or the subject. */
  readonly key: string;
  /** The moment, in milliseconds since 1970. */
  readonly at: number;
  /** Seconds since 1970 from which on no token can be concerned, and the entry may be forgotten; null for never. */
  readonly until: number | null;
}

/** A log that every process reads on from where it was, so that it can answer from memory. */
export interface RevocationLog {
  /** Resolves when the entry is kept as well as the engine keeps anything. */
  addRevocation(revocation: Revocation): Promise<void>;
  /**
   * Entries since a cursor that an earlier call gave, in no order, some perhaps again, none left out; null: all that are in
   * force at `now`.
   */
  revocationsSince(
    cursor: string | null,
    now: number,
  ): Promise<{ readonly revocations: readonly Revocation[]; readonly cursor: string }>;
}
