// The conformance suite: a function of the library, and so of the runtime it was loaded in, that gives a report.
import { Skip } from './assert.js';

/** Everything the cases may use; what a runtime offers besides they take from the web platform. */
export interface Library {
  readonly microdot: typeof import('../../dist/microdot/index.js');
  readonly session: typeof import('../../dist/session/index.js');
  readonly encrypt: typeof import('../../dist/encrypt/index.js');
  readonly fetch: typeof import('../../dist/hosts/fetch.js');
  readonly testClient: typeof import('../../dist/microdot/test-client.js');
  /** `gcm` of @noble/ciphers; null where it is not installed. */
  readonly gcm: import('../../dist/encrypt/index.js').AesGcm | null;
  /** test/vectors/session-tokens.json, as far as it is used here. */
  readonly vectors: readonly TokenVector[];
}

/** A secret as hex, a token, and its payload as JSON; null for a token that is to be refused. */
export type TokenVector = readonly [secretHex: string, token: string, payload: string | null];

export interface Case {
  /** The behaviour, with the clause where one applies. */
  readonly name: string;
  run(library: Library): Promise<void> | void;
}

/** A column of docs/runtimes.md. */
export interface Group {
  readonly title: string;
  readonly cases: readonly Case[];
}

/** What became of each case: `group: name`. Every case is in one of the lists. */
export interface Report {
  readonly passed: readonly string[];
  readonly failed: readonly { readonly name: string; readonly message: string }[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

export const caseName = (group: Group, { name }: Case): string => `${group.title}: ${name}`;

/** Runs every case, one after the other. Never rejects. */
export async function runSuite(groups: readonly Group[], library: Library): Promise<Report> {
  const passed: string[] = [];
  const failed: { name: string; message: string }[] = [];
  const skipped: { name: string; reason: string }[] = [];
  for (const group of groups) {
    for (const one of group.cases) {
      const name = caseName(group, one);
      try {
        await one.run(library);
        passed.push(name);
      } catch (error) {
        if (error instanceof Skip) skipped.push({ name, reason: error.message });
        else failed.push({ name, message: describe(error) });
      }
    }
  }
  return { passed, failed, skipped };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return `thrown: ${String(error)}`;
  return `${error.name}: ${error.message}\n${error.stack ?? ''}`;
}
