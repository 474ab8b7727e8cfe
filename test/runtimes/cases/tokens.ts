// Tokens: exact bytes, text of every kind, what is refused and why.
import { equal, ok, throwsCode } from '../assert.js';
import type { Case } from '../suite.js';

export const SECRET = 'a secret of this suite, longer than 32 bytes';
export const HEADER = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9';
/** `{"n":1}` under {@link SECRET}, as every token of this suite by node:crypto. */
export const N1 = `${HEADER}.eyJuIjoxfQ.2K0fVTXWgg66CXhFfJfdtgWeAdFg5hFZc5YmxMcZi0c`;

/** Made by PyJWT: the vectors valid/empty, valid/one-string and valid/int. */
const PYTHONS: readonly (readonly [secret: string | Uint8Array, payload: object, token: string])[] = [
  [
    '32545fe5a92477a910fc5565d513ba7f9d7751441c0c868ee9db64e1ff640d84',
    {},
    `${HEADER}.e30.7-_2Gfj00O9jE8-Gu8Bql9wd8i6zruM9gKeHMJ56NhE`,
  ],
  [
    '4db41cb6fa58a191a8d30c1b875293fd3e001a4f0d71487afcc5419d65a5e854',
    { name: "O'Brien" },
    `${HEADER}.eyJuYW1lIjoiTydCcmllbiJ9.sr87hPDYGcwpSeMHfos9rdzYM6LvJBo4IF3yKnZCzKk`,
  ],
  [
    fromHex('8dc8c57e606249367fc63931ffe60b0047afa538d4b15b197592ab17af45b663'),
    { cedar: 507193 },
    `${HEADER}.eyJjZWRhciI6NTA3MTkzfQ.SwY1lbbLwf3TAjvk3tbHfypvEXAvz85HwrJpo78kiE8`,
  ],
];

const UNICODE = `${HEADER}.eyJjaXR5IjoiWsO8cmljaCIsImtleSI6IvCflJEifQ.7mJVdFSJjbKsL6boWtXom9u1FS0BaENg3naq76AF5KE`;

const REFUSED: readonly (readonly [token: unknown, reason: string])[] = [
  [undefined, 'absent'],
  ['', 'malformed'],
  ['not.a.token', 'malformed'],
  [7, 'malformed'],
  [`${N1}=`, 'malformed'],
  [` ${N1}`, 'malformed'],
  [`${N1}.x`, 'malformed'],
  ['x'.repeat((1 << 20) + 1), 'too-large'],
  [N1.replace('eyJuIjoxfQ', 'eyJuIjoyfQ'), 'bad-signature'],
  [N1.slice(0, -1), 'malformed'],
  [`${N1.slice(0, -2)}Zc`, 'bad-signature'],
  ['eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJuIjoxfQ.', 'malformed'],
  [`eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJuIjoxfQ.${N1.slice(-43)}`, 'unsupported-header'],
  ['eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJuIjoxfQ.gUrF8KQzKFr9pPAfHyClBP2yjXxJE7LRMWXohaTkxX8', 'unsupported-header'],
  [
    'eyJhbGciOiJIUzI1NiIsImNyaXQiOlsieCJdfQ.eyJuIjoxfQ.WTMwUqxtPNY8IQezxEy-ZBUPKTAXSDXi3gCcKUuH4oY',
    'unsupported-header',
  ],
  [`${HEADER}.WzFd.RXftpJXwVO07qdhCX0Tcr_Fx0UorLQJNNeRNmNjcffg`, 'not-an-object'],
  [`${HEADER}.eyJleHAiOjEwMDAwMDAwMDAsIm4iOjF9.0tZ0NEkA0QRIl2Zn4no5hgKbDuf0_-cIbHfC_Yf6yVo`, 'expired'],
  [`${HEADER}.eyJuYmYiOjQxMDI0NDQ4MDB9.arUpgxvsJgfZHdNVC9_YWaNul79aVIggR2SIvafh8CE`, 'not-yet-valid'],
  [`${HEADER}.eyJhdWQiOiJ4In0.6-AIFFVIuyhE2HEjgYKAyCOjl3qz8NM0O8xiBhtmK9g`, 'wrong-audience'],
];

/** `{"exp":4102444800,"n":1}`: the year 2100. */
const LASTING = `${HEADER}.eyJleHAiOjQxMDI0NDQ4MDAsIm4iOjF9.41d5Nce72zOIZjGHvziZtxKtyyJBBsUeemvBTsfGYSI`;

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

const BAD_PAYLOADS: readonly object[] = [
  [],
  { a: 1n },
  { a: Number.NaN },
  { a: new Date(0) },
  { a: new Map() },
  { a: () => {} },
  { a: [undefined] },
  { a: '\ud800' },
  { '\udc00': 1 },
  { a: { toJSON: () => 1 } },
  cyclic,
];

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

export const TOKENS: readonly Case[] = [
  {
    name: 'S5: the bytes of PyJWT, both ways',
    run({ session: { Session } }) {
      for (const [secretKey, payload, token] of PYTHONS) {
        const session = new Session({ secretKey });
        equal(session.encode(payload), token);
        equal(session.decode(token), payload);
      }
    },
  },
  {
    name: 'S20: every recorded token, as its vector says',
    run({ session: { Session }, vectors }) {
      const session = new Session({ secretKey: SECRET });
      ok(vectors.length > 800, `only ${vectors.length} vectors`);
      for (const [hex, token, payload] of vectors) {
        equal(session.decode(token, fromHex(hex)), payload === null ? {} : JSON.parse(payload), token);
      }
    },
  },
  {
    name: 'S5: text that is not ASCII, byte for byte',
    run({ session: { Session } }) {
      const session = new Session({ secretKey: SECRET });
      equal(session.encode({ city: 'Zürich', key: '🔑' }), UNICODE);
      equal(session.decode(UNICODE), { city: 'Zürich', key: '🔑' });
    },
  },
  {
    name: 'S5: payloads of every length up to 300, of 1, 2, 3 and 4 bytes a character',
    run({ session: { Session } }) {
      const session = new Session({ secretKey: SECRET });
      for (const letter of ['a', 'é', '€', '🔑']) {
        for (let length = 0; length <= 300; length++) {
          const payload = { text: letter.repeat(length), list: [length, null, { deep: -1.5e-7 }] };
          equal(session.decode(session.encode(payload)), payload);
        }
      }
    },
  },
  {
    name: 'S19: a secret is text, or its bytes in UTF-8',
    run({ session: { Session } }) {
      const secretKey = new TextEncoder().encode(SECRET);
      equal(new Session({ secretKey }).encode({ n: 1 }), N1);
      secretKey.fill(0);
      equal(new Session({ secretKey: SECRET }).encode({ n: 1 }), N1);
    },
  },
  {
    name: 'S20: what is refused, and why',
    run({ session: { Session } }) {
      const session = new Session({ secretKey: SECRET });
      for (const [token, reason] of REFUSED) {
        const shown = String(token).slice(0, 60);
        equal(session.verify(token as string), { ok: false, reason }, shown);
        equal(session.decode(token as string), {}, shown);
      }
    },
  },
  {
    name: "S10: the runtime's clock is in seconds",
    run({ session: { Session } }) {
      equal(new Session({ secretKey: SECRET }).decode(LASTING), { exp: 4102444800, n: 1 });
    },
  },
  {
    name: 'S15: what JSON cannot hold is an error',
    run(library) {
      const session = new library.session.Session({ secretKey: SECRET });
      for (const payload of BAD_PAYLOADS) throwsCode(library, () => session.encode(payload), 'ERR_SESSION_BAD_PAYLOAD');
    },
  },
  {
    name: 'S16: any key is data',
    run({ session: { Session } }) {
      const session = new Session({ secretKey: SECRET });
      const json = '{"__proto__":{"admin":true},"constructor":1,"toString":2,"":3}';
      const decoded = session.decode(session.encode(JSON.parse(json)));
      equal(JSON.stringify(decoded), json);
      equal(Object.hasOwn(decoded, '__proto__'), true);
      equal('admin' in decoded, false);
    },
  },
  {
    name: 'S5: encode and decode from within encode',
    run({ session: { Session } }) {
      const session = new Session({ secretKey: SECRET });
      let inner = 0;
      const payload = new Proxy(
        { n: 1 },
        {
          ownKeys(target) {
            inner++;
            equal(session.decode(UNICODE), { city: 'Zürich', key: '🔑' });
            equal(session.encode({ text: 'x'.repeat(500) }).length, 763);
            return Reflect.ownKeys(target);
          },
        },
      );
      equal(session.encode(payload), N1);
      ok(inner > 0, 'the proxy was not asked');
    },
  },
  {
    name: 'S1, S2: no secret and unknown options are errors with a code',
    run(library) {
      const { Session } = library.session;
      const misspelt: object = { secretkey: SECRET };
      throwsCode(library, () => new Session().encode({}), 'ERR_SESSION_NO_SECRET');
      throwsCode(library, () => new Session({ secretKey: '' }).decode(N1), 'ERR_SESSION_NO_SECRET');
      throwsCode(library, () => new Session(misspelt), 'ERR_SESSION_BAD_OPTION');
    },
  },
];
