// One side of the comparison: the cases come from the seed alone, so both sides run the same ones and say what they got.
import { Buffer as NodeBuffer } from 'node:buffer';
import { createHash, createHmac, hash as nodeHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { EDITS } from '../attacks/edits.mjs';
import { createData } from './data.mjs';

const { isQuick, count: COUNT, seed: SEED, detail } = workerData;
const BLOCK = 1000;

let native = 0;
const { getBuiltinModule } = process;
if (isQuick) {
  const counting = (...args) => {
    native++;
    return nodeHash(...args);
  };
  process.getBuiltinModule = (name) =>
    name === 'node:crypto' ? { hash: counting } : getBuiltinModule.call(process, name);
} else {
  // Before the first import of the library, which looks for these once.
  process.getBuiltinModule = () => undefined;
  for (const name of ['Buffer', 'TextEncoder', 'TextDecoder']) delete globalThis[name];
  delete Object.prototype.__lookupGetter__;
}
const { Session } = await import('../../../dist/session/index.js');
const { TokenCache } = await import('../../../dist/jwt/token-cache.js');
const { useNativeHash } = await import('../../../dist/crypto/native-hash.js');
const isNative = useNativeHash();
// The edits make tokens with it; the library does not look again.
globalThis.Buffer = NodeBuffer;

let hits = 0;
// oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
const { find } = TokenCache.prototype;
TokenCache.prototype.find = function (...args) {
  const known = find.apply(this, args);
  if (known !== undefined) hits++;
  return known;
};

/** Repeatable chance (Marsaglia's xorshift). */
let state = SEED | 1;
function next() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 0;
}
const random = {
  below: (limit) => next() % limit,
  bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24),
};
const pick = (list) => list[random.below(list.length)];

const SECRETS = Array.from({ length: 4 }, (_, i) => `a test secret of more than thirty-two bytes, number ${i}`);
let now = 1_800_000_000;
const base = { now: () => now, maxCookieBytes: 16_384, warnBytes: Number.POSITIVE_INFINITY, cacheHeaders: false };
const cache = () => {
  const slots = pick([4, 64, 1024]);
  return { tokenCache: isQuick ? slots : false };
};
const CONFIGURATIONS = [
  {},
  { purpose: 'shop' },
  { audience: 'shop' },
  { idleTimeout: 600, absoluteTimeout: 3600 },
  { idleTimeout: (data) => (data.remember ? 7200 : 300), renew: 'save' },
  { purpose: 'mail', audience: 'mail', idleTimeout: 600 },
];
/** Secrets as a program may have them: one, a list, with and without ids. */
const secretsOf = () => {
  const first = pick(SECRETS);
  const second = pick(SECRETS.filter((secret) => secret !== first));
  return pick([
    first,
    [first, second],
    [{ id: 'a', secret: first }, second],
    [
      { id: 'b', secret: second },
      { id: 'a', secret: first },
    ],
  ]);
};
const sessions = CONFIGURATIONS.map(
  (options) => new Session({ ...base, ...options, ...cache(), secretKey: secretsOf() }),
);

/** Tokens that each session made or was sent, the last ones: what comes again. */
const pools = sessions.map(() => []);
function remember(at, token) {
  if (token.length > 16_000) return;
  if (pools[at].length < 50) pools[at].push(token);
  else pools[at][random.below(50)] = token;
}
/** Mostly one of the session's own. */
const tokenFor = (at) => pick(pools[random.below(10) < 8 ? at : random.below(pools.length)]) ?? '';
const anySession = () => random.below(sessions.length);

/** A jar of its own for every request. */
function requestOf(token) {
  const callbacks = [];
  const lines = [];
  return {
    jar: {
      cookieHeader: token === null ? null : `other=${'x'.repeat(random.below(30))}; session=${token}`,
      secure: true,
      headSent: false,
      requestHeader: () => null,
      onHead: (f) => callbacks.push(f),
    },
    finish: () => {
      for (const f of callbacks) f({ get: () => null, set() {}, appendSetCookie: (line) => lines.push(line) });
      return lines;
    },
  };
}

/** What an error says to a program. */
const codeOf = (error) => {
  if (error?.name !== 'ValueError') throw error;
  return error.code;
};

const data = createData(random);
const cases = {
  /** A request that reads, changes its own data, and sometimes saves: its token is that of a later one. */
  request() {
    const at = anySession();
    const { jar, finish } = requestOf(random.below(10) === 0 ? null : tokenFor(at));
    const dict = sessions[at].open(jar);
    const seen = JSON.stringify(dict);
    data.disturb(dict);
    let saved = 'not saved';
    if (random.below(3) === 0) {
      try {
        Object.assign(dict, data.payload());
        dict.save();
        saved = 'saved';
      } catch (error) {
        saved = codeOf(error);
      }
    }
    const lines = finish();
    const token = /^session=([^;]+)/.exec(lines[0] ?? '')?.[1];
    if (token !== undefined) remember(at, token);
    return `${seen} ${saved} ${lines.join()}`;
  },
  /** A token that was made before, as it is. */
  verify() {
    const at = anySession();
    const verdict = sessions[at].verify(tokenFor(at));
    const text = JSON.stringify(verdict);
    if (verdict.ok) data.disturb(verdict.payload);
    return text;
  },
  encode() {
    const at = anySession();
    const payload = random.below(4) === 0 ? data.odd() : data.payload();
    try {
      const token = sessions[at].encode(payload);
      remember(at, token);
      // What the caller does afterwards is nobody's.
      if (Object.isExtensible(payload)) data.disturb(payload);
      return token;
    } catch (error) {
      return codeOf(error);
    }
  },
  /** A token with a change that its signature does not cover. */
  forged() {
    const at = anySession();
    const [token, other] = [tokenFor(at), tokenFor(at)];
    if (token === '' || other === '') return '';
    return JSON.stringify(sessions[at].verify(pick(Object.values(EDITS))(token, random, other)));
  },
  /** A genuine token of somebody else's: other headers, claims of every kind. */
  foreign() {
    const header = pick([
      '{"alg":"HS256","typ":"JWT"}',
      '{"typ":"JWT","alg":"HS256"}',
      '{"alg":"HS256","kid":"a","typ":"JWT"}',
    ]);
    const claims = {
      exp: now + random.below(1000) - 500,
      iat: now - random.below(500),
      aud: pick(['shop', 'mail', undefined]),
    };
    const payload = JSON.stringify({ ...data.payload(), ...(random.below(2) === 0 ? claims : {}) });
    const input = [header, payload].map((text) => NodeBuffer.from(text).toString('base64url')).join('.');
    const token = `${input}.${createHmac('sha256', pick(SECRETS)).update(input).digest('base64url')}`;
    const at = anySession();
    remember(at, token);
    return JSON.stringify(sessions[at].verify(token));
  },
  /** A secret that is given to decode. */
  'explicit secret'() {
    const at = anySession();
    return JSON.stringify(sessions[at].decode(tokenFor(at), pick(SECRETS)));
  },
  'clock moved'() {
    now += pick([1, 60, 299, 300, 301, 3600, -1, -60, -4000]);
    if (Math.abs(now - 1_800_000_000) > 20_000) now = 1_800_000_000;
    return `${now}`;
  },
  'keys changed'() {
    pick(sessions).secretKey = secretsOf();
    return 'changed';
  },
  'configured anew'() {
    const at = random.below(sessions.length);
    sessions[at] = new Session({ ...base, ...CONFIGURATIONS[at], ...cache(), secretKey: secretsOf() });
    return 'anew';
  },
};
/** How often each comes, of a thousand. */
const WEIGHTS = {
  request: 350,
  verify: 300,
  encode: 110,
  forged: 150,
  foreign: 50,
  'explicit secret': 10,
  'clock moved': 28,
  'keys changed': 1,
  'configured anew': 1,
};
const order = Object.entries(WEIGHTS).flatMap(([name, weight]) => Array.from({ length: weight }, () => name));

const counts = {};
const tally = (what) => {
  counts[what] = (counts[what] ?? 0) + 1;
};
let lines = [];
let kept = null;
for (let i = 0; i < COUNT; i++) {
  const name = pick(order);
  const result = cases[name]();
  tally(name);
  const reason = /^\{"ok":false,"reason":"([^"]+)"\}$/.exec(result)?.[1];
  if (reason !== undefined) tally(`refused: ${reason}`);
  if (result.startsWith('ERR_')) tally(`thrown: ${result}`);
  lines.push(`${name} ${result}`);
  if (lines.length < BLOCK && i + 1 < COUNT) continue;
  if (detail === Math.floor(i / BLOCK)) kept = lines;
  parentPort.postMessage(createHash('sha256').update(lines.join('\n')).digest('hex'));
  lines = [];
}
const facts = isQuick
  ? `${hits} hits of the token cache, ${native} digests by node:crypto`
  : 'no cache, no Buffer, no TextEncoder, no TextDecoder, no node:crypto, no quick look at payloads';
if (isNative !== isQuick) throw new Error('the hash is not the one that this side is about');
parentPort.postMessage({ cases: COUNT, counts, hits, native, facts, lines: kept });
