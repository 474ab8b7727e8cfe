// What a list of a million ended sessions costs: its bytes, a look into it, the longest step of forgetting.
// node --expose-gc test/heavy/revocation/memory.mjs [number of entries]
import { randomBytes } from 'node:crypto';
import { argv, hrtime, memoryUsage, stdout } from 'node:process';
import { Ledger } from '../../../dist/revocation/ledger.js';

const count = Number(argv[2] ?? 1_000_000);
const NOW = 1_800_000_000;
const LOOKS = 1_000_000;

const say = (text) => stdout.write(`${text}\n`);
const heapBytes = () => {
  globalThis.gc();
  return memoryUsage().heapUsed;
};
const nanoseconds = (f) => {
  const begin = hrtime.bigint();
  f();
  return Number(hrtime.bigint() - begin);
};
/** An id of its own memory, as it comes from a log, and not a slice of a longer text. */
const newId = () => randomBytes(16).toString('base64url');

const ledger = new Ledger();
// The first entries grow tables that are not the entries' own.
for (let i = 0; i < 1000; i++) ledger.add({ kind: 'token', key: newId(), at: 0, until: NOW });
const before = heapBytes();
for (let i = 0; i < count; i++) ledger.add({ kind: 'token', key: newId(), at: 0, until: NOW + (i % 86_400) });
const bytes = (heapBytes() - before) / count;
say(`entries: ${count}`);
say(`bytes for each: ${Math.round(bytes)}`);
say(`bytes of all: ${Math.round(bytes * count).toLocaleString('en')}`);

const ids = Array.from({ length: 1000 }, newId);
const look = nanoseconds(() => {
  for (let i = 0; i < LOOKS; i++) ledger.hasId(ids[i % ids.length]);
});
say(`a look: ${Math.round(look / LOOKS)} ns`);

let longest = 0;
let steps = 0;
while (ledger.size > 0) {
  longest = Math.max(
    longest,
    nanoseconds(() => ledger.forget(NOW + 86_400)),
  );
  steps += 1;
}
say(`forgotten in ${steps} steps, the longest: ${(longest / 1e6).toFixed(1)} ms`);
