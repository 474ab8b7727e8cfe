// Entry `microdot/session/revocation`: ends cookie sessions before their time.

export type { Revocation, RevocationLog } from '../stored/store.js';
export { memoryLog } from './memory-log.js';
export type { RevocationEvent, RevocationOptions } from './options.js';
export { Revocations } from './revocations.js';
