// A million small changes of valid tokens, made with the knowledge of what a token is. None may be read, none may throw.
// node test/heavy/attacks/mutants.mjs [--count 1000000] [--seed 20260101]; after `npm run build`.
import { createHmac } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Session } from '../../../dist/session/index.js';
import { EDITS } from './edits.mjs';

const { values } = parseArgs({
  options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '20260101' } },
});
const COUNT = Number(values.count);
const SEED = Number(values.seed);
const NOW = 1_800_000_000;
const SECRET = 'a test secret of more than thirty-two bytes';
const OLD = `${SECRET}, the old one`;
const base = { secretKey: SECRET, now: () => NOW };
const ring = [
  { id: 'new', secret: SECRET },
  { id: 'old', secret: OLD },
];

const CONFIGURATIONS = {
  plain: base,
  'key ids': { ...base, secretKey: ring },
  'a list': { ...base, secretKey: [SECRET, OLD] },
  purpose: { ...base, purpose: 'shop' },
  timeouts: { ...base, idleTimeout: 3600, absoluteTimeout: 86_400 },
  audience: { ...base, audience: 'shop' },
  everything: {
    ...base,
    secretKey: ring,
    purpose: 'shop',
    audience: 'shop',
    idleTimeout: 3600,
    absoluteTimeout: 86_400,
  },
};

const PAYLOADS = [
  {},
  { user: 'ada' },
  { user: 'ada', n: 1, cart: [{ id: 7, price: 1.5 }], admin: false },
  { text: 'aé鍵🔑~~~???>>>', empty: '', none: null },
  Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`key${i}`, 'x'.repeat(i)])),
];

/** Repeatable chance (Marsaglia's xorshift). */
function createRandom(seed) {
  let state = seed | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  return { below: (limit) => next() % limit, bytes: (length) => Uint8Array.from({ length }, () => next() >>> 24) };
}

/** A token of somebody else's encoder: members in another order. */
function foreign(payload) {
  const input = ['{"typ":"JWT","alg":"HS256"}', JSON.stringify(payload)]
    .map((text) => Buffer.from(text).toString('base64url'))
    .join('.');
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
}

const say = (line) => process.stdout.write(`${line}\n`);
const random = createRandom(SEED);
const sessions = Object.entries(CONFIGURATIONS).map(([name, options]) => {
  const session = new Session(options);
  const tokens = PAYLOADS.map((payload) => session.encode(payload));
  if (name === 'plain' || name === 'a list') tokens.push(foreign({ user: 'ada' }));
  for (const token of tokens) if (!session.verify(token).ok) throw new Error(`${name}: a token of its own is refused`);
  return { name, session, tokens };
});
const everyToken = sessions.flatMap(({ tokens }) => tokens);
// Sessions that share a key and ask for nothing more read each other's tokens, as they should: those are no mutants.
for (const one of sessions) one.valid = new Set(everyToken.filter((token) => one.session.verify(token).ok));

const kinds = Object.entries(EDITS);
const made = Object.fromEntries(kinds.map(([name]) => [name, 0]));
const reasons = {};
const perSession = Object.fromEntries(sessions.map(({ name }) => [name, 0]));
let unchanged = 0;
let failures = 0;

function fail(what, kind, name, mutant) {
  failures++;
  if (failures <= 20) say(`FAILED: ${what}: ${kind}, session ${name}: ${JSON.stringify(mutant)}`);
}

const startedMs = performance.now();
for (let i = 0; i < COUNT; i++) {
  const { name, session, tokens, valid } = sessions[random.below(sessions.length)];
  const [kind, edit] = kinds[i % kinds.length];
  const token = tokens[random.below(tokens.length)];
  const pool = random.below(2) === 0 ? tokens : everyToken;
  const mutant = edit(token, random, pool[random.below(pool.length)]);
  // Chance may give back the token, or another good one of this session: that is no mutant.
  if (valid.has(mutant)) {
    unchanged++;
    continue;
  }
  made[kind]++;
  perSession[name]++;
  try {
    const verdict = session.verify(mutant);
    if (verdict.ok) fail('accepted', kind, name, mutant);
    const reason = verdict.ok ? 'ACCEPTED' : verdict.reason;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    if (Object.keys(session.decode(mutant)).length > 0) fail('decoded', kind, name, mutant);
  } catch (error) {
    fail(`threw ${error?.name}`, kind, name, mutant);
  }
}

const total = Object.values(made).reduce((sum, count) => sum + count, 0);
say(
  `seed ${SEED}: ${COUNT} edits, ${total} mutants of ${everyToken.length} tokens, ${unchanged} came out as a valid token`,
);
const table = (title, counts) => {
  say(title);
  for (const [name, count] of Object.entries(counts).sort((a, b) => b[1] - a[1]))
    say(`  ${String(count).padStart(8)}  ${name}`);
};
table('by kind:', made);
table('by session:', perSession);
table('by reason:', reasons);
say(`${failures} accepted or thrown, ${Math.round((performance.now() - startedMs) / 1000)} s`);
process.exitCode = failures > 0 || total < COUNT * 0.9 ? 1 : 0;
