// Every case, in the groups that docs/runtimes.md shows. A new entry point: its exports go into Library (suite.ts) and into
// the bundle (bundle.ts), its cases into a file here and a group below.
import { openFetch, openTestClient } from '../clients.js';
import type { Group } from '../suite.js';
import { ENCRYPTION } from './encryption.js';
import { FETCH, RUN } from './fetch.js';
import { FETCH_HOST, FETCH_HOST_SESSIONS } from './fetch-host.js';
import { KEYS } from './keys.js';
import { sessionCases } from './sessions.js';
import { TOKENS } from './tokens.js';

export const GROUPS: readonly Group[] = [
  { title: 'tokens', cases: TOKENS },
  { title: 'keys and lifetimes', cases: KEYS },
  { title: 'encryption', cases: ENCRYPTION },
  { title: 'app.fetch', cases: FETCH },
  { title: 'app.run', cases: RUN },
  { title: 'sessions by app.fetch', cases: sessionCases(openFetch) },
  { title: 'the fetch host', cases: FETCH_HOST },
  { title: 'sessions by the fetch host', cases: FETCH_HOST_SESSIONS },
  { title: 'sessions by the test client', cases: sessionCases(openTestClient) },
];
