// The entry point `microdot/session/secret`: the session's key in a file.

export { loadSecret } from './secret.js';
