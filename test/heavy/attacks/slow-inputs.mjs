// Inputs made to take long: the time for a byte at 1 MB against that at 1 KB, for each kind of input. Linear work is flat, but for
// what the machine's memory does to it: a list of a million parts fits no cache, and took up to 7 times as much a byte. So the
// limit is that of work which is surely linear, the platform's own split(), measured in the same run.
// node test/heavy/attacks/slow-inputs.mjs [--factor 4]; after `npm run build`. Ratios, not times: they hold on any machine.
import { createHmac } from 'node:crypto';
import { parseArgs } from 'node:util';
import { cookieValues, parseCookies } from '../../../dist/cookie/parse.js';
import { protectFromCaches } from '../../../dist/session/cache-headers.js';
import { Session } from '../../../dist/session/index.js';

const { values } = parseArgs({ options: { factor: { type: 'string', default: '4' } } });
/** Where the memory is as quick for much as for little. Quadratic work would be 1,000. */
const FACTOR = Number(values.factor);
/** Of what the linear work's own ratio is. */
const BESIDE_LINEAR = 2;
// The last one stays under the 1 MiB at which a token in hand is refused by its length alone.
const SIZES = [1000, 8000, 64_000, 1_000_000];
/** Nanoseconds for one byte under which work counts as this much: what is refused at a glance is below the clock's grain. */
const GRAIN = 0.5;
const ROUNDS = process.env.SCALE === 'small' ? 7 : 15;
/** Bytes that one measurement handles, so that the small sizes are measured over many calls. */
const VOLUME = 1 << 18;

const SECRET = 'a test secret of more than thirty-two bytes';
// What the token cache knows it does not verify, and it takes short tokens only: that would look like a jump between sizes.
const tokenCache = false;
const session = new Session({ secretKey: SECRET, tokenCache });
const ringed = new Session({
  secretKey: [{ id: 'a', secret: SECRET }, `${SECRET}, old`, `${SECRET}, older`],
  tokenCache,
});
const roomy = new Session({ secretKey: SECRET, maxCookieBytes: 1 << 20, tokenCache });
const encode = (text) => Buffer.from(text).toString('base64url');
const fill = (part, size) => part.repeat(Math.ceil(size / part.length)).slice(0, size);
const sign = (input) => `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`;
const HEADER = encode('{"alg":"HS256","typ":"JWT"}');
const ODD_SIGNATURE = 'A'.repeat(43);

const verify = (token) => session.verify(token);
const cookies = (header) => {
  parseCookies(header);
  cookieValues(header, 'session');
};
/** A whole read: parse, candidates, verdicts. The jar is new each time, as in a request. */
const open = (header) => roomy.open({ cookieHeader: header, secure: null, headSent: false, onHead: () => {} });
const head = (name) => (text) =>
  protectFromCaches({ get: (asked) => (asked === name ? text : null), set: () => {}, appendSetCookie: () => {} }, true);

/** name -> [input of about `size` bytes, what is done with it] */
const FAMILIES = {
  'token of dots': [(size) => fill('.', size), verify],
  'token of dots, then a signature': [(size) => `${fill('.', size)}.${ODD_SIGNATURE}`, verify],
  'token of A': [(size) => fill('A', size), verify],
  'token of ==': [(size) => fill('=', size), verify],
  'token beyond ASCII': [(size) => fill('é', size), verify],
  'header of nested arrays': [
    (size) => `${encode(`{"alg":"HS256","x":${'['.repeat(size / 3)}`)}.e30.${ODD_SIGNATURE}`,
    verify,
  ],
  'header of nested objects': [
    (size) =>
      `${encode(`{"alg":"HS256","x":${'{"a":'.repeat(size / 8)}1${'}'.repeat(size / 8)}}`)}.e30.${ODD_SIGNATURE}`,
    verify,
  ],
  'header of one name': [
    (size) => `${encode(`{"alg":"HS256"${',"kid":"a"'.repeat(size / 14)}}`)}.e30.${ODD_SIGNATURE}`,
    (token) => ringed.verify(token),
  ],
  'header of escapes': [
    (size) => `${encode(`{"alg":"HS256","x":"${'\\u0061'.repeat(size / 8)}"}`)}.e30.${ODD_SIGNATURE}`,
    verify,
  ],
  'long kid': [
    (size) => `${encode(`{"alg":"HS256","kid":"${'a'.repeat((size * 3) / 4)}"}`)}.e30.${ODD_SIGNATURE}`,
    (token) => ringed.verify(token),
  ],
  'long payload, bad signature': [(size) => `${HEADER}.${fill('eyJhIjox', size)}.${ODD_SIGNATURE}`, verify],
  'long payload, three keys': [
    (size) => `${HEADER}.${fill('eyJhIjox', size)}.${ODD_SIGNATURE}`,
    (token) => ringed.verify(token),
  ],
  'long payload, signed, no JSON': [(size) => sign(`${HEADER}.${fill('AAAA', size)}`), verify],
  'long payload, signed, last character bad': [(size) => sign(`${HEADER}.${fill('AAAA', size)}=`), verify],
  'long payload, signed and good': [
    (size) => sign(`${HEADER}.${encode(`{"a":"${'x'.repeat((size * 3) / 4)}"}`)}`),
    verify,
  ],
  'cookies of ;': [(size) => fill(';', size), cookies],
  'cookies of =': [(size) => fill('=', size), cookies],
  'cookies of spaces': [(size) => fill(' ', size), cookies],
  'cookies of "; "': [(size) => fill('; ', size), cookies],
  'cookies of "session"': [(size) => fill('session', size), cookies],
  'cookies of "session="': [(size) => fill('session=', size), cookies],
  'cookies of "session "': [(size) => fill('session ', size), cookies],
  'cookies of "session=;"': [(size) => fill('session=;', size), cookies],
  'cookies of "session=x; ", opened': [(size) => fill('session=x; ', size), open],
  'cookies of spaces, then session=': [(size) => `${fill(' ', size)}session=x`, open],
  'cookies, session= between spaces': [(size) => fill(`${' '.repeat(50)}session=${' '.repeat(50)}`, size), open],
  'one cookie of dots, opened': [(size) => `session=${fill('.', size - 100)}`, open],
  'sixteen bad tokens, opened': [
    (size) => fill(`session=${HEADER}.${'e'.repeat(Math.ceil(size / 16))}.${ODD_SIGNATURE};`, size),
    open,
  ],
  'Cache-Control of quotes': [(size) => fill('"', size), head('Cache-Control')],
  'Cache-Control of \\"': [(size) => `"${fill('\\"', size)}`, head('Cache-Control')],
  'Cache-Control of commas': [(size) => fill(',', size), head('Cache-Control')],
  'Cache-Control of "public,"': [(size) => fill('public,', size), head('Cache-Control')],
  'Cache-Control of s-maxage="': [(size) => fill('s-maxage=",', size), head('Cache-Control')],
  'Cache-Control of spaces': [(size) => fill(' ', size), head('Cache-Control')],
  'Vary of quotes': [(size) => fill('"a,', size), head('Vary')],
  'Vary of commas': [(size) => fill('x,', size), head('Vary')],
  'Vary of spaces': [(size) => `x${fill(' ', size)}`, head('Vary')],
};

const say = (line) => process.stdout.write(`${line}\n`);
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** This process's own time on the processor in ns: other programs of the machine do not count. */
function processorNs() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** Nanoseconds for one byte: the median over rounds, each over the same number of bytes. */
function perByte(make, use, size) {
  const input = make(size);
  const calls = Math.max(1, Math.round(VOLUME / input.length));
  const times = [];
  for (let round = 0; round < ROUNDS + 3; round++) {
    const startedNs = processorNs();
    for (let i = 0; i < calls; i++) use(input);
    // The first rounds warm the code up.
    if (round >= 3) times.push((processorNs() - startedNs) / (calls * input.length));
  }
  return median(times);
}

const linear = (text) => text.split(',').filter((part) => part.trim() !== '');
const ratioOf = (times) => Math.max(...times.slice(1)) / Math.max(times[0], GRAIN);
const measure = (make, use) => SIZES.map((size) => perByte(make, use, size));
/** Measured anew for whatever looks slow: a machine's memory has its minutes. */
function limitNow() {
  const ratio = ratioOf(measure((size) => fill('x,', size), linear));
  return { ratio, limit: Math.max(FACTOR, BESIDE_LINEAR * ratio) };
}

let failures = 0;
const first = limitNow();
say(
  `ns for one byte at ${SIZES.join(', ')} bytes, and the worst against the first; that of split() is ${first.ratio.toFixed(2)}`,
);
for (const [name, [make, use]] of Object.entries(FAMILIES)) {
  // Once more where it looks slow: the machine may have had something else to do.
  let times = measure(make, use);
  let ratio = ratioOf(times);
  let limit = FACTOR;
  for (let attempt = 0; attempt < 3 && ratio > limit; attempt++) {
    limit = limitNow().limit;
    times = measure(make, use);
    ratio = ratioOf(times);
  }
  const failed = ratio > limit;
  if (failed) failures++;
  const columns = times.map((time) => time.toFixed(2).padStart(8)).join(' ');
  say(
    `${columns}  ${ratio.toFixed(2).padStart(6)}  ${name}${limit > FACTOR ? `, limit ${limit.toFixed(1)}` : ''}${failed ? '  FAILED' : ''}`,
  );
}
say(`${Object.keys(FAMILIES).length} families, ${failures} over their limit`);
process.exitCode = failures > 0 ? 1 : 0;
