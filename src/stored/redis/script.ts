// Lua scripts by their hash: the text goes over the wire once for each node, and again after a node has lost it.

import type { Commands } from './client.js';

/** A script, and what Redis calls it. */
export interface Script {
  readonly text: string;
  /** SHA-1 of the text in hex; a promise until it is known, which it is from the first use on. */
  readonly sha: () => string | Promise<string>;
}

export function script(text: string): Script {
  let sha: string | Promise<string> | undefined;
  return Object.freeze({
    text,
    sha() {
      sha ??= sha1(text).then((known) => {
        sha = known;
        return known;
      });
      return sha;
    },
  });
}

/** Runs a script, which replies with a list of strings; its first key says on which node. */
export function run(
  commands: Commands,
  { text, sha }: Script,
  keys: readonly [string, ...(readonly string[])],
  args: readonly string[],
): Promise<readonly (string | null)[]> {
  const rest = [String(keys.length), ...keys, ...args];
  const evaluate = (hash: string) =>
    commands.send(keys[0], 'EVALSHA', hash, ...rest).then(strings, (error: unknown) => {
      // Nothing has run: this node does not know the script, or not any more.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return commands.send(keys[0], 'EVAL', text, ...rest).then(strings);
    });
  const known = sha();
  return typeof known === 'string' ? evaluate(known) : known.then(evaluate);
}

/** A list of bulk strings, `null` for what is not there. */
export function strings(reply: unknown): readonly (string | null)[] {
  if (!Array.isArray(reply)) return [];
  return reply.map((item: unknown) => (typeof item === 'string' ? item : null));
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
