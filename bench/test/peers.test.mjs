// What is measured is the whole work: each library gives the same data back, and refuses what was tampered with.
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { handMadeVisits } from '../codec/hand-made-visits.mjs';
import { CACHED_PEERS, DATED_PEERS, PEERS } from '../codec/peers.mjs';
import { copyForWebPlatform } from '../codec/portable.mjs';
import { createCodec, createVisits, TOKEN_CACHE } from '../lib/microdot.mjs';
import { PAYLOADS, SECRET, SIZES } from '../lib/payloads.mjs';

const portable = copyForWebPlatform();

const OURS = [
  { id: 'microdot', create: () => createCodec({ cache: false }) },
  { id: 'microdot with an end', create: () => createCodec({ cache: false, options: { absoluteTimeout: 60 } }) },
  ...(TOKEN_CACHE ? [{ id: 'microdot, token cache', create: () => createCodec({ cache: true }) }] : []),
  {
    id: 'microdot without Node',
    async create() {
      const { Session } = await portable('session.js');
      const session = new Session({ secretKey: SECRET });
      return { encode: (payload) => session.encode(payload), decode: (token) => session.decode(token) };
    },
  },
];

/** Whether a codec gives no data for a text: an error, nothing, or what is empty. */
async function refuses(codec, text) {
  try {
    const data = await codec.decode(text);
    return data === undefined || data === null || Object.keys(data).length === 0;
  } catch {
    return true;
  }
}

/** Another character at a place, one that all alphabets have, hexadecimal too: so that it is not merely malformed. */
const flip = (text, at) => text.slice(0, at) + (text[at] === '1' ? '2' : '1') + text.slice(at + 1);

for (const peer of [...OURS, ...PEERS, ...CACHED_PEERS, ...DATED_PEERS]) {
  describe(peer.id, peer.missing ? { skip: peer.missing } : {}, async () => {
    if (peer.missing) return;
    const codec = await peer.create(SECRET);

    for (const size of SIZES) {
      it(`gives the data of a ${size} session back, twice`, async () => {
        const payload = structuredClone(PAYLOADS[size][7]);
        const text = await codec.encode(payload);
        assert.deepEqual(payload, PAYLOADS[size][7], 'it writes into what it is given');
        for (const _ of [1, 2]) {
          // Some always add when it was issued.
          const { iat, exp, ...data } = await codec.decode(text);
          assert.deepEqual(data, payload);
        }
      });
    }

    it('refuses what was changed anywhere', async () => {
      const text = await codec.encode(PAYLOADS.typical[7]);
      for (const part of [0.3, 0.5, 0.7, 0.9, 0.97]) {
        const at = Math.floor(text.length * part);
        assert.ok(await refuses(codec, flip(text, at)), `character ${at} of ${text.length}`);
      }
      assert.equal(await refuses(codec, text), false);
    });
  });
}

describe('a session by hand', () => {
  const visits = { microdot: createVisits({ cache: false }), ...handMadeVisits(SECRET) };
  const { encode, decode } = createCodec({ cache: false });
  const header = `theme=dark; session=${encode({ ...PAYLOADS.typical[7], n: 1 })}`;
  for (const [id, { read, count }] of Object.entries(visits)) {
    it(`reads and counts: ${id}`, () => {
      assert.equal(read(header), 1);
      const [, token] = /^session=([^;]+); Path=\/; HttpOnly$/.exec(count(header)) ?? [];
      assert.deepEqual(decode(token), { ...PAYLOADS.typical[7], n: 2 });
    });
  }
});

describe('the copy for the web platform', () => {
  it('sees nothing of Node', async () => {
    // Of a session's own means those that only Node has: a warning of the process, in whose place the console's comes.
    const warnings = [];
    const { warn } = console;
    console.warn = (text) => warnings.push(text);
    try {
      const { Session } = await portable('session.js');
      new Session({ secretKey: 'short' });
    } finally {
      console.warn = warn;
    }
    assert.equal(warnings.length, 1);
  });
});

// Fastify's plugins keep the process alive.
after(() => setImmediate(() => process.exit()));
