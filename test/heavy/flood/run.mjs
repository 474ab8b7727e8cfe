// The heap under floods of tokens, with the token cache as it is by default: what was there before, what is there after.
// node --expose-gc test/heavy/flood/run.mjs [--count 1000000]; after `npm run build`.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Session } from '../../../dist/session/index.js';

const { values } = parseArgs({ options: { count: { type: 'string', default: '1000000' } } });
const COUNT = Number(values.count);
const SECRET = 'a test secret of more than thirty-two bytes';
const say = (line) => process.stdout.write(`${line}\n`);

const megabytes = (bytes) => (bytes / 1e6).toFixed(1).padStart(6);
function heap() {
  // Hidden classes and their names go one collection after the objects.
  for (let i = 0; i < 4; i++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Tokens as a Cookie header brings them: a piece of a longer text. */
const asReceived = (token, i) => {
  const header = Buffer.from(`other=${'x'.repeat(2000)}${i}; session=${token}`).toString('latin1');
  return header.slice(header.lastIndexOf('=') + 1);
};

const typical = (i) => ({ user: `visitor ${i}`, n: i, cart: [{ id: i % 97, price: 1.5 }], roles: ['a', 'b'] });
/** Payloads made to take much: up to what the cache keeps as a value, and the rest of the cookie in text. */
const greedy = [
  (i) => ({ i, names: Array.from({ length: 29 }, (_, j) => ({ [`k${i.toString(36)}${j}`]: 1 })), t: 'y'.repeat(2400) }),
  (i) => ({ i, numbers: Array.from({ length: 800 }, (_, j) => j % 10), t: 'y'.repeat(1300) }),
  (i) => ({ i, many: Array.from({ length: 950 }, () => []) }),
  (i) => ({ i, t: 'y'.repeat(2950) }),
];

let failures = 0;
/** Runs a flood of `count` on a session of its own, and says by how much the heap grew. */
function flood(name, limit, count, visit) {
  const session = new Session({ secretKey: SECRET });
  const maker = new Session({ secretKey: SECRET, tokenCache: false });
  // What the first calls leave behind is not the flood's.
  for (let i = 0; i < 100; i++) visit(new Session({ secretKey: SECRET }), maker, -1 - i);
  const before = heap();
  for (let i = 0; i < count; i++) visit(session, maker, i);
  const after = heap();
  const isFine = after - before < limit;
  if (!isFine) failures++;
  say(
    `${isFine ? 'ok    ' : 'FAILED'} ${String(count).padStart(8)} ${name.padEnd(42)} heap ${megabytes(before)} MB -> ` +
      `${megabytes(after)} MB, grown by ${megabytes(after - before)} MB of ${megabytes(limit)}`,
  );
  // It lives until here.
  if (session.verify('x').ok) failures++;
}

function accepted(session, token) {
  if (!session.verify(token).ok) throw new Error('a valid token is refused');
}
function refused(session, token) {
  if (session.verify(token).ok) throw new Error('a forged token is accepted');
}

flood('valid tokens of others, each read twice', 2e6, COUNT, (session, maker, i) => {
  const token = maker.encode(typical(i));
  accepted(session, asReceived(token, i));
  accepted(session, asReceived(token, i));
});
flood('tokens of its own, saved and read', 2e6, COUNT, (session, _maker, i) => {
  accepted(session, asReceived(session.encode(typical(i)), i));
});
flood('forged signatures', 0.5e6, COUNT, (session, maker, i) => {
  const token = maker.encode(typical(i % 1000));
  refused(session, asReceived(token.slice(0, -43) + randomBytes(32).toString('base64url'), i));
});
flood('known signatures under other payloads', 2e6, COUNT, (session, maker, i) => {
  const token = maker.encode(typical(i % 500));
  if (i < 500) accepted(session, token);
  else refused(session, asReceived(maker.encode(typical(i)).slice(0, -43) + token.slice(-43), i));
});
for (const [which, payload] of greedy.entries()) {
  flood(`valid tokens made to take much, kind ${which + 1}`, 25e6, Math.ceil(COUNT / 20), (session, maker, i) => {
    const token = maker.encode(payload(i));
    if (token.length > 4096) throw new Error(`${token.length} characters`);
    accepted(session, asReceived(token, i));
    accepted(session, asReceived(token, i));
  });
}
say(`${failures} over the limit`);
process.exitCode = failures > 0 ? 1 : 0;
