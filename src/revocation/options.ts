// The options of a list of revocations: their names, meanings, defaults and checks.

import { typeName, ValueError } from '../errors.js';
import type { RevocationLog } from '../stored/store.js';

/** Something that happened to the list. */
export type RevocationEvent =
  /** The log was read, and what is known is no longer too old, or for the first time not. */
  | { readonly type: 'current' }
  /** What is known has become older than `maxStaleness`, or the first read has failed: `onUnavailable` decides from now on. */
  | { readonly type: 'stale' }
  /** The log could not be read, and will be asked again. */
  | { readonly type: 'error'; readonly error: unknown };

export interface RevocationOptions<T extends object = object> {
  /** Where every process reads what was ended: the log of a store, or `memoryLog()` for a program of one process. */
  readonly log: RevocationLog;
  /**
   * What becomes of sessions while the log cannot be read for longer than `maxStaleness`. `'closed'`: none is accepted, so
   * that nothing that was ended is ever read later than that. `'open'`: what was known last goes on to count.
   */
  readonly onUnavailable: 'open' | 'closed';
  /**
   * Whose session it is, such as a user id; null for nobody's. Asked at every load with the data of the session, and the claims
   * that its dict does not show. Needed for `revokeAll`. Default: none.
   */
  readonly subject?: ((data: Readonly<Partial<T>>) => string | null | undefined) | null;
  /** Seconds after which every process knows what was ended. The log is read twice in that time. Default 5. */
  readonly maxStaleness?: number;
  /** Seconds by which the clocks of processes may differ. Default 60. */
  readonly clockTolerance?: number;
  /**
   * Seconds that no session outlives: after them what was ended is forgotten. Needed only where the session has timeouts that
   * are functions, since numbers are known. Default: from the session's timeouts; without any, nothing is forgotten.
   */
  readonly maxLifetime?: number | null;
  /** Told when the log cannot be read, when what is known has become too old, and when it is good again. */
  readonly onEvent?: ((event: RevocationEvent) => void) | null;
  /** The clock, in seconds since 1970. Default: the session's. */
  readonly now?: () => number;
}

/** The options, all present. */
export type ResolvedOptions = Required<Omit<RevocationOptions, 'now'>> & { readonly now: () => number };

type Check = readonly [test: (value: unknown) => boolean, expected: string];

const isFunction = (value: unknown): boolean => typeof value === 'function';
const isFunctionOrNull = (value: unknown): boolean => value === null || isFunction(value);
const isSeconds = (value: unknown): boolean => Number.isFinite(value) && (value as number) > 0;
const isLog = (value: unknown): boolean => {
  const log = value as Partial<RevocationLog> | null | undefined;
  return isFunction(log?.addRevocation) && isFunction(log?.revocationsSince);
};

const checks: { readonly [K in keyof ResolvedOptions]: Check } = {
  log: [isLog, 'a log of revocations: that of a store, or memoryLog()'],
  onUnavailable: [(value) => value === 'open' || value === 'closed', "'open' or 'closed'"],
  subject: [isFunctionOrNull, 'a function of the data'],
  maxStaleness: [isSeconds, 'seconds over 0'],
  clockTolerance: [(value) => value === 0 || isSeconds(value), 'seconds from 0 on'],
  maxLifetime: [(value) => value === null || isSeconds(value), 'seconds over 0'],
  onEvent: [isFunctionOrNull, 'a function'],
  now: [isFunction, 'a function that returns seconds'],
};

const DEFAULTS = { subject: null, maxStaleness: 5, clockTolerance: 60, maxLifetime: null, onEvent: null };

/** @throws ValueError `ERR_SESSION_BAD_OPTION` */
export function resolveOptions(given: unknown, now: () => number): ResolvedOptions {
  if (typeof given !== 'object' || given === null) throw badOption(`options must be an object, not ${typeName(given)}`);
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) throw badOption(`unknown option '${unknown}': they are ${Object.keys(checks).join(', ')}`);
  const options: Record<string, unknown> = { ...DEFAULTS, now };
  for (const [name, [test, expected]] of Object.entries(checks)) {
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined) options[name] = value;
    if (!test(options[name])) {
      throw badOption(`option '${name}' must be ${expected}; this ${typeName(options[name])} is not`);
    }
  }
  return Object.freeze(options) as unknown as ResolvedOptions;
}

export const badOption = (message: string): ValueError =>
  new ValueError('ERR_SESSION_BAD_OPTION', `revocations: ${message}`);
