// Entry `microdot/session/stored`: sessions whose data stay on the server, over any store that keeps the contract.

export { type MemoryStore, memoryStore } from './memory.js';
export type {
  ListedSession,
  PatchOutcome,
  Revocation,
  RevocationLog,
  SessionPatch,
  SessionStore,
  StoredRecord,
} from './store.js';
