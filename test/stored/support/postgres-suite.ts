// A suite on each server, through each client; keys, records and patches that are typical.
import { after, before, describe } from 'node:test';
import type { SessionPatch, StoredRecord } from '../../../dist/stored/store.js';
import { needs } from '../../support/needs.js';
import { type Connect, clients, type OpenClient, type OpenPostgresStore, openStore } from './postgres-clients.js';
import { type PostgresSettings, type RunningPostgres, servers, startPostgres } from './postgres-server.js';

export const NOW = 1_700_000_000;

let keys = 0;
/** 43 characters, as those of sessions. */
export const newKey = (): string => String(keys++).padStart(43, 'k');

export const newRecord = (data: object, over: Partial<StoredRecord> = {}): Omit<StoredRecord, 'version'> => ({
  data: JSON.stringify(data),
  createdAt: NOW,
  seenAt: NOW,
  expiresAt: null,
  subject: null,
  ...over,
});

export const newPatch = (over: Partial<SessionPatch> = {}): SessionPatch => ({
  set: [],
  remove: [],
  add: [],
  seenAt: NOW,
  expiresAt: null,
  ifVersion: null,
  ...over,
});

/** What the tests of a suite have. */
export interface OnPostgres {
  readonly running: () => RunningPostgres;
  /** A store of the suite's own, over a pool. */
  readonly open: () => OpenPostgresStore;
  readonly connect: Connect;
  /** Several clients of one connection each, for transactions that are open at the same time; ended afterwards. */
  singles(count: number, use: (singles: readonly OpenClient[]) => Promise<void>): Promise<void>;
}

export function describePostgres(
  title: string,
  suite: (on: OnPostgres) => void,
  settings: PostgresSettings = {},
): void {
  for (const server of servers) {
    const lacking = [server.need(), ...clients.map(({ name }) => needs.tool(name))].find(
      ({ skip }) => skip !== undefined,
    );
    describe(`${title}: ${server.name}`, lacking ?? {}, () => {
      let running: RunningPostgres | undefined;
      before(async () => {
        running = await startPostgres(server, settings);
      });
      after(() => running?.stop());

      const started = (): RunningPostgres => {
        if (running === undefined) throw new Error('the server has not started');
        return running;
      };

      for (const { name, connect } of clients) {
        describe(`through ${name}`, () => {
          let open: OpenPostgresStore | undefined;
          before(async () => {
            open = await openStore(await connect(started().url, 8));
          });
          after(() => open?.end());
          suite({
            running: started,
            open() {
              if (open === undefined) throw new Error('there is no connection');
              return open;
            },
            connect,
            singles: (...given) => singles(connect, started(), ...given),
          });
        });
      }
    });
  }
}

async function singles(
  connect: Connect,
  { url }: RunningPostgres,
  count: number,
  use: (singles: readonly OpenClient[]) => Promise<void>,
): Promise<void> {
  const made = await Promise.all(Array.from({ length: count }, () => connect(url, 1)));
  try {
    await use(made);
  } finally {
    await Promise.all(made.map((single) => single.end()));
  }
}

/** Resolves once so many statements wait for a lock. */
export async function untilWaiting(client: OpenClient, count: number): Promise<void> {
  for (;;) {
    const [[waiting]] = (await client.query('SELECT count(*)::int FROM pg_locks WHERE NOT granted')) as [[number]];
    if (waiting >= count) return;
  }
}
