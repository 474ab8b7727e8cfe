// How many signatures were computed: told by a hash of the platform that counts. No clock is asked.
import assert from 'node:assert/strict';
import { useNativeHash } from '../../dist/crypto/native-hash.js';

/** Text that makes a payload long enough for the platform's hash, which is the one that is counted. */
export const FILLER = 'x'.repeat(200);

/** Puts another `node:crypto` in front of the core while `run` does its work; undefined for none. */
export function withCrypto<R>(crypto: object | undefined, run: () => R): R {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this`, and put back
  const { getBuiltinModule } = process;
  process.getBuiltinModule = ((name: string) =>
    name === 'node:crypto' ? crypto : getBuiltinModule.call(process, name)) as typeof getBuiltinModule;
  try {
    return run();
  } finally {
    process.getBuiltinModule = getBuiltinModule;
    useNativeHash();
  }
}

/** The signatures that `run` computes over payloads with a {@link FILLER}. */
export function macsOf(run: () => void): number {
  const { hash } = process.getBuiltinModule('node:crypto');
  let count = 0;
  const counting = (...args: Parameters<typeof hash>): ReturnType<typeof hash> => {
    count++;
    return hash(...args);
  };
  return withCrypto({ hash: counting }, () => {
    assert.equal(useNativeHash(), true);
    count = 0;
    run();
    return count;
  });
}
