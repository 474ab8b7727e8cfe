// The part "scale": what becomes of time and memory when payloads, keys and visitors grow. Forked by run.mjs.

import { entryUrl } from '../lib/files.mjs';
import { interleave } from '../lib/interleave.mjs';
import { cacheOption, createCodec, TOKEN_CACHE } from '../lib/microdot.mjs';
import { serve } from '../lib/part.mjs';
import { SECRET, typicalOf } from '../lib/payloads.mjs';
import { flood } from './flood.mjs';
import { visitors } from './visitors.mjs';

const { Session } = await import(entryUrl('microdot/session'));

const PACES = {
  full: { rounds: 15, batchMs: 15, warmMs: 200 },
  quick: { rounds: 9, batchMs: 4, warmMs: 60 },
};

/** Bytes of JSON, each twice the one before, to what fits in a cookie of 4096 bytes. */
const BYTES = [96, 192, 384, 768, 1536, 3000];
const KEYS = [1, 2, 4, 8, 16];
const POOL = 64;

/** Payloads of one kind, of as many bytes as asked. */
function payloadsOf(bytes) {
  return Array.from({ length: POOL }, (_, i) => {
    const payload = { id: 100_000 + i, items: [] };
    const missing = () => bytes - JSON.stringify(payload).length;
    while (missing() >= 40) payload.items.push({ sku: `A-${1000 + payload.items.length}`, qty: 2, price: 1999 });
    return { ...payload, note: 'n'.repeat(Math.max(0, missing() - 10)) };
  });
}

async function payloadGrowth(pace) {
  const { encode, decode } = createCodec({ cache: false });
  const pools = BYTES.map(payloadsOf);
  const id = (i) => `${JSON.stringify(pools[i][0]).length} bytes`;
  const sign = await interleave(
    pools.map((inputs, i) => ({ id: id(i), run: encode, inputs })),
    pace,
  );
  const tokens = pools.map((payloads) => payloads.map((payload) => Buffer.from(encode(payload)).toString('latin1')));
  const verify = await interleave(
    tokens.map((inputs, i) => ({ id: id(i), run: decode, inputs })),
    pace,
  );
  return { 'payload/sign': withDoubling(sign), 'payload/verify': withDoubling(verify) };
}

/** The steepest step: the time of a size, and twice that of the one half as large. Linear is at most the same. */
function withDoubling(samples) {
  const rows = Object.entries(samples);
  const steps = rows.slice(1).map(([id, values], i) => {
    const [before, smaller] = rows[i];
    const factor = Number.parseInt(id, 10) / Number.parseInt(before, 10);
    return values.map((value, round) => value / (factor * smaller[round]));
  });
  const mid = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
  const worst = steps.reduce((a, b) => (mid(b) > mid(a) ? b : a));
  return { unit: 'ns', samples: { ...samples, doubled: worst, twice: worst.map(() => 1) } };
}

async function keyGrowth(pace) {
  const payloads = Array.from({ length: POOL }, (_, i) => typicalOf(i));
  const secrets = Array.from({ length: 16 }, (_, i) => `${SECRET} ${i}`);
  // Tokens of the last key: the one that is found last.
  const group = async (keysOf) => {
    const variants = KEYS.map((count) => {
      const keys = secrets.slice(0, count).map(keysOf);
      const last = new Session({ secretKey: [keys[count - 1]] });
      const all = new Session({ secretKey: keys, ...cacheOption(false) });
      const inputs = payloads.map((payload) => Buffer.from(last.encode(payload)).toString('latin1'));
      return { id: count === 1 ? '1 key' : `${count} keys`, run: (token) => all.decode(token), inputs };
    });
    return { unit: 'ns', samples: await interleave(variants, pace) };
  };
  return {
    'keys/kid': await group((secret, i) => ({ id: `key-${i}`, secret })),
    'keys/without kid': await group((secret) => secret),
  };
}

serve(async ({ mode, scale, say }) => {
  const pace = PACES[mode];
  say('payloads');
  const groups = await payloadGrowth(pace);
  say('keys');
  Object.assign(groups, await keyGrowth(pace));
  const most = mode === 'quick' ? 1e4 : scale === 'full' ? 1e7 : 1e6;
  say(`visitors, up to ${most}`);
  groups.visitors = await visitors({ most, rounds: pace.rounds });
  const tokens = mode === 'quick' ? 2e4 : 1e6;
  say(`a flood of ${tokens} good tokens and ${tokens} bad ones`);
  groups.memory = flood(tokens);
  return { tokenCache: TOKEN_CACHE, groups };
});
