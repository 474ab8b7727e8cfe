// Entry `microdot/session/stored`: sessions whose data stay on the server, over any store that keeps the contract.

export { type MemoryStore, memoryStore } from './memory.js';
export type { CookieSource, Merge, StoredOptions } from './options.js';
export { type NumberKeys, StoredSession, type SubjectSession } from './session.js';
export type {
  Expected,
  ListedSession,
  PatchOutcome,
  Revocation,
  RevocationLog,
  SessionPatch,
  SessionStore,
  StoredRecord,
} from './store.js';
export type { StoredDict, StoredMethods } from './stored-dict.js';
