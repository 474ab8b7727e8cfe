// The part "codec": from data to the cookie's value and back, in one process. Forked by run.mjs, on the Node under test.

import { interleave } from '../lib/interleave.mjs';
import { cacheOption, createCodec, createVisits, TOKEN_CACHE } from '../lib/microdot.mjs';
import { serve } from '../lib/part.mjs';
import { PAYLOADS, SECRET, SIZES } from '../lib/payloads.mjs';
import { BLOCK_VARIANTS, floorOf, hmacBlocks, takeBlockTimes } from './floor.mjs';
import { handMadeVisits } from './hand-made-visits.mjs';
import { CACHED_PEERS, DATED_PEERS, PEERS } from './peers.mjs';
import { copyForWebPlatform } from './portable.mjs';

const IN_FLIGHT = 64;
/** Few, since the slot of a cache is chosen by the token: two that share one would never be found. */
const SEEN = 8;
const COOKIE = 'session=';

const PACES = {
  full: { sync: { rounds: 15, batchMs: 12, warmMs: 250 }, async: { rounds: 11, batchMs: 12, warmMs: 250 } },
  quick: { sync: { rounds: 11, batchMs: 5, warmMs: 80 }, async: { rounds: 5, batchMs: 4, warmMs: 60 } },
};

/** A text as a server gets it: cut out of a header, not the string that some library has just made. */
const headerOf = (token) => Buffer.from(COOKIE + token).toString('latin1');

async function signer({ id, async: isAsync, codec }, payloads) {
  return { id, run: (payload) => codec.encode(payload), inputs: payloads, ...(isAsync ? { inFlight: IN_FLIGHT } : {}) };
}

async function verifier({ id, async: isAsync, codec }, payloads) {
  const headers = [];
  for (const payload of payloads) headers.push(headerOf(await codec.encode(payload)));
  const run = (header) => codec.decode(header.slice(COOKIE.length));
  return { id, run, inputs: headers, ...(isAsync ? { inFlight: IN_FLIGHT } : {}) };
}

const created = (peers) => Promise.all(peers.map(async (peer) => ({ ...peer, codec: await peer.create(SECRET) })));

/** Of two reads of one token: how many objects of the first are also in the second. What one request writes, others see. */
async function sharedObjects({ encode, decode }) {
  const token = await encode(PAYLOADS.typical[0]);
  const [first, second] = [await decode(token), await decode(token)];
  const objectsOf = (data) => [data, data.cart, ...data.cart];
  const ofFirst = new Set(objectsOf(first));
  return objectsOf(second).filter((object) => ofFirst.has(object)).length;
}

serve(async ({ mode, say }) => {
  const pace = PACES[mode];
  const groups = {};
  const peers = await created(PEERS.filter(({ missing = null }) => missing === null));
  const skipped = Object.fromEntries(
    PEERS.flatMap(({ id, missing = null }) => (missing === null ? [] : [[id, missing]])),
  );
  const sync = peers.filter((peer) => !peer.async);
  const async = peers.filter((peer) => peer.async);
  const plain = { id: 'microdot', codec: createCodec({ cache: false }) };
  const cached = { id: 'microdot, token cache', codec: createCodec({ cache: true }) };

  const measure = async (name, variants, kind = 'sync', peerIds = []) => {
    say(name);
    groups[name] = { unit: 'ns', peers: peerIds, samples: await interleave(await Promise.all(variants), pace[kind]) };
    return groups[name].samples;
  };
  const ids = (list) => list.map(({ id }) => id);

  const json = {
    sign: (payloads) => ({ id: 'JSON.stringify', run: (payload) => JSON.stringify(payload), inputs: payloads }),
    verify: (payloads) => ({
      id: 'JSON.parse',
      run: (text) => JSON.parse(text),
      inputs: payloads.map((payload) => JSON.stringify(payload)),
    }),
  };
  const ways = { sign: signer, verify: verifier };
  for (const [way, variant] of Object.entries(ways)) {
    for (const size of SIZES) {
      const payloads = PAYLOADS[size];
      const base = json[way](payloads);
      const all = [plain, ...(way === 'sign' && TOKEN_CACHE ? [cached] : []), ...sync];
      const variants = [...all.map((codec) => variant(codec, payloads)), base, ...BLOCK_VARIANTS];
      const samples = await measure(`${way}/${size}`, variants, 'sync', ids(sync));
      const blocks = hmacBlocks((await plain.codec.encode(payloads[0])).length - 44);
      samples['SHA-256, a block'] = takeBlockTimes(samples);
      samples.floor = floorOf(samples[base.id], samples['SHA-256, a block'], blocks);
      if (mode === 'quick' && size !== 'typical') continue;
      const few = payloads.slice(0, IN_FLIGHT);
      const waiting = [plain, ...async].map((codec) => variant(codec, few));
      await measure(`${way}/${size}/async`, waiting, 'async', ids(async));
    }
  }

  const cachedPeers = await created(CACHED_PEERS);
  const keeping = TOKEN_CACHE ? [cached, ...cachedPeers] : cachedPeers;
  for (const size of SIZES) {
    const payloads = PAYLOADS[size].slice(0, SEEN);
    const variants = [...keeping, plain].map((codec) => verifier(codec, payloads));
    await measure(`seen/${size}`, [...variants, json.verify(payloads)], 'sync', ids(cachedPeers));
  }
  const shared = await Promise.all(keeping.map(async ({ id, codec }) => [id, [await sharedObjects(codec)]]));
  groups['seen/shared'] = { unit: 'count', samples: Object.fromEntries(shared) };

  const dated = { id: 'microdot', codec: createCodec({ cache: false, options: { absoluteTimeout: 3600 } }) };
  const datedPeers = await created(DATED_PEERS);
  for (const [way, variant] of Object.entries(ways)) {
    const variants = [dated, ...datedPeers].map((codec) => variant(codec, PAYLOADS.typical));
    await measure(`dated/${way}`, variants, 'sync', ids(datedPeers));
  }

  const handMade = handMadeVisits(SECRET);
  const visits = {
    microdot: createVisits({ cache: false }),
    ...(TOKEN_CACHE ? { 'microdot, token cache': createVisits({ cache: true }) } : {}),
    ...handMade,
  };
  const headers = await Promise.all(
    PAYLOADS.typical.slice(0, SEEN).map(async (payload) => headerOf(await plain.codec.encode({ ...payload, n: 1 }))),
  );
  for (const way of ['read', 'count']) {
    const variants = Object.entries(visits).map(([id, visit]) => ({ id, run: visit[way], inputs: headers }));
    await measure(`visit/${way}`, variants, 'sync', Object.keys(handMade));
  }

  const { Session } = await copyForWebPlatform()('session.js');
  const portable = { id: 'without Node', codec: new Session({ secretKey: SECRET, ...cacheOption(false) }) };
  for (const [way, variant] of Object.entries(ways)) {
    for (const size of SIZES) {
      const variants = [portable, plain].map((codec) => variant(codec, PAYLOADS[size]));
      await measure(`portable/${way}/${size}`, variants);
    }
  }
  return { tokenCache: TOKEN_CACHE, skipped, groups };
});
