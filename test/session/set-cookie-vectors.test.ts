// Every recorded Set-Cookie header: the ordinary ones come out the same, the odd ones are the same or refused.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CookieOptions, Session, type SessionOptions, ValueError } from '../../dist/session/index.js';
import { attributesOf, FakeHost, type FakeRequest, tokenOf } from '../support/fake-host.js';
import { readTestJson } from '../support/needs.js';

interface CookieVector {
  readonly name: string;
  readonly action: 'save' | 'delete';
  readonly via: 'constructor' | 'initialize' | 'deferred';
  readonly options: Record<string, unknown> | null;
  readonly secret: string;
  readonly payload: Record<string, unknown>;
  readonly expected: string | null;
  readonly attributes: string | null;
  readonly kind: 'ordinary' | 'odd' | 'error';
}

const vectors = readTestJson<readonly CookieVector[]>('vectors/set-cookie.json');

const NAMES: Readonly<Record<string, string>> = { max_age: 'maxAge', http_only: 'httpOnly' };

/** Microdot's options as ours. Unchecked on purpose: the odd ones are of wrong types. */
function ourOptions(options: Record<string, unknown> | null): CookieOptions | null {
  if (options === null) return null;
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      const date = (value as { readonly $epoch_ms?: number } | null)?.$epoch_ms;
      return [NAMES[name] ?? name, date === undefined ? value : new Date(date)];
    }),
  );
}

const LARGE: SessionOptions = { maxCookieBytes: 1 << 20, warnBytes: Number.POSITIVE_INFINITY };

function install({ via, secret, options }: CookieVector, host: FakeHost): Session {
  const cookieOptions = ourOptions(options);
  // Some recorded sessions are larger than a browser keeps: their attributes are of interest, not their size (S17).
  const all: SessionOptions = { secretKey: secret, cookieOptions, allowWeakSecret: true, ...LARGE };
  if (via === 'constructor') return new Session(host, all);
  const session = new Session(via === 'deferred' ? all : undefined);
  session.initialize(host, via === 'initialize' ? all : undefined);
  return session;
}

/** The one header that a vector's action makes here. */
function headerOf(vector: CookieVector): string {
  const host = new FakeHost();
  const session = install(vector, host);
  const request: FakeRequest = host.request();
  const dict = session.get(request);
  Object.assign(dict, vector.payload);
  if (vector.action === 'save') dict.save();
  else dict.delete();
  const lines = host.answer(request);
  assert.equal(lines.length, 1);
  return lines[0] ?? '';
}

function assertSame(vector: CookieVector): void {
  const { name, payload, secret, expected, attributes, action } = vector;
  const header = headerOf(vector);
  if (/^[\x20-\x7e]*$/.test(JSON.stringify(payload))) {
    assert.equal(header, expected, name);
    return;
  }
  // Upstream escapes what is not ASCII, we write it raw: the same data in another token (S5).
  assert.equal(attributesOf(header), attributes, name);
  if (action === 'delete') return;
  const reader = new Session({ secretKey: secret, allowWeakSecret: true });
  assert.deepEqual(reader.decode(tokenOf(header)), payload, name);
  assert.deepEqual(reader.decode(tokenOf(expected ?? '')), payload, name);
}

describe('set-cookie.json, kind ordinary', () => {
  const ordinary = vectors.filter(({ kind }) => kind === 'ordinary');
  for (const via of ['constructor', 'initialize', 'deferred'] as const) {
    for (const action of ['save', 'delete'] as const) {
      it(`${action === 'save' ? 'S7' : 'S8'}: ${action}, options given by ${via}`, () => {
        const some = ordinary.filter((vector) => vector.via === via && vector.action === action);
        assert.equal(some.length, { constructor: 90, initialize: 46, deferred: 58 }[via]);
        some.forEach(assertSame);
      });
    }
  }
});

/** What becomes of every odd option: the header upstream makes, or ERR_SESSION_BAD_OPTION where it is configured. */
const SAME: readonly (readonly [option: string, ...values: unknown[]])[] = [
  ['path', '', null, '/a b', '/%20', '//', '/a/b/c/'],
  ['domain', '', null, 'localhost', '127.0.0.1', 'EXAMPLE.COM'],
  ['expires', '', null, 'Thu, 01 Jan 1970 00:00:00 GMT', '0', 'sat, 28 aug 2077 03:05:39 gmt'],
  ['max_age', null, 1, 2 ** 31],
];

const REFUSED: readonly (readonly [option: string, ...values: unknown[]])[] = [
  // Not av-octets, or no path at all: a browser would take the default path instead.
  ['path', '/café', 'relative'],
  // Browsers want the ASCII form of a domain.
  ['domain', 'bücher.example'],
  // No date, or no type that has one.
  ['expires', 'garbage', 0, 1_700_000_000, true, ['x']],
  // Not whole seconds from 0 on. Deleting is delete()'s business.
  ['max_age', -1, 2 ** 53, '60', '', '0', 1.5, true, false],
  // No flags: 'no' is true to Python, and a missing Secure is a hole.
  ['secure', null, 0, 1, '', 'no', 'true', []],
  ['http_only', null, 0, 1, '', 'no', []],
  ['partitioned', null, 0, 1, '', 'yes'],
  // Header and attribute injection. Upstream lets the attributes through.
  ...['path', 'domain', 'expires', 'max_age'].map(
    (name) => [name, '/x\r\nSet-Cookie: a=b', '/x\nX: y', '/x\rX', '/x; Secure', '/x\0\x7f\t'] as const,
  ),
  // Names that upstream refuses too, when the response is made. `sameSite` is one of ours.
  ...['same_site', 'samesite', 'SameSite', 'httponly', 'httpOnly', 'HttpOnly', 'maxAge', 'max-age', 'Path', 'priority']
    .concat('name', 'cookie', 'value', 'self', 'signed')
    .map((name) => [name, 'Lax'] as const),
];

const spelled = (rows: typeof SAME): ReadonlySet<string> =>
  new Set(rows.flatMap(([name, ...values]) => values.map((value) => JSON.stringify({ [name]: value }))));

/** Upstream prints the local time of an aware datetime and calls it GMT; here the moment is meant. */
const isAwareDate = (vector: CookieVector): boolean => expiresOf(vector).$offset_minutes !== undefined;

interface RecordedDate {
  readonly $epoch_ms: number;
  readonly $offset_minutes?: number;
}

function expiresOf({ options }: CookieVector): RecordedDate {
  const expires = options?.expires;
  return typeof expires === 'object' && expires !== null ? (expires as RecordedDate) : { $epoch_ms: Number.NaN };
}

describe('set-cookie.json, kinds odd and error', () => {
  const others = vectors.filter(({ kind }) => kind !== 'ordinary');
  const same = spelled(SAME);
  const refused = spelled(REFUSED);
  const known = (vector: CookieVector): string => JSON.stringify(vector.options);

  it('S2, S7, S8: the same header', () => {
    const some = others.filter((vector) => same.has(known(vector)));
    assert.equal(some.length, same.size * 2);
    some.forEach(assertSame);
  });

  it('S2: ERR_SESSION_BAD_OPTION where it is configured, by every way', () => {
    const some = others.filter((vector) => refused.has(known(vector)));
    assert.equal(some.length, refused.size * 2);
    for (const vector of some) {
      for (const via of ['constructor', 'initialize', 'deferred'] as const) {
        assert.throws(
          () => install({ ...vector, via }, new FakeHost()),
          (error) => error instanceof ValueError && error.code === 'ERR_SESSION_BAD_OPTION',
          vector.name,
        );
      }
    }
  });

  it('S7: a date is a moment, whatever the zone it was written in; a removal is the same as upstream', () => {
    const some = others.filter(isAwareDate);
    assert.equal(some.length, 8);
    for (const vector of some) {
      const { $epoch_ms: date } = expiresOf(vector);
      const expected =
        vector.action === 'delete' ? vector.attributes : `; Path=/; Expires=${new Date(date).toUTCString()}; HttpOnly`;
      assert.equal(attributesOf(headerOf(vector)), expected, vector.name);
    }
  });

  it('S7: sameSite, an error of upstream, is an attribute here', () => {
    const some = others.filter((vector) => known(vector) === '{"sameSite":"Lax"}');
    assert.deepEqual(
      some.map((vector) => attributesOf(headerOf(vector))),
      [
        '; Path=/; HttpOnly; SameSite=Lax',
        '; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly; SameSite=Lax',
      ],
    );
  });

  it('the tables above leave none out', () => {
    const left = others.filter(
      (vector) =>
        !same.has(known(vector)) &&
        !refused.has(known(vector)) &&
        !isAwareDate(vector) &&
        known(vector) !== '{"sameSite":"Lax"}',
    );
    assert.deepEqual(
      left.map(({ name }) => name),
      [],
    );
  });
});
