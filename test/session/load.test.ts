// Loading: lazily, once per request, from the last cookie that is good, and never an exception whatever the cookie.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, FakeJar, visit } from '../support/fake-host.js';

const session = new Session({ secretKey: SECRET });
const good = session.encode({ user: 'ada' });
const other = session.encode({ user: 'bob' });
const foreign = session.encode({ user: 'eve' }, 'a foreign secret of more than thirty-two bytes');
const tampered = `${good.slice(0, -2)}${good.endsWith('AA') ? 'BB' : 'AA'}`;

/** What a handler finds for a Cookie header. */
function found(cookieHeader: string | null, by: Session = session): Record<string, unknown> {
  let data: Record<string, unknown> = {};
  const lines = visit(by, cookieHeader, (dict) => {
    data = { ...dict };
  });
  assert.deepEqual(lines, [], 'a read writes nothing');
  return data;
}

describe('loading', () => {
  it('S3: the dict is the same object for every call in a request', () => {
    const host = new FakeHost();
    const own = new Session(host, { secretKey: SECRET });
    const request = host.request(cookieOf(good));
    const dict = own.get(request);
    assert.equal(own.get(request), dict);
    assert.equal(own.open(host.sessionJar(request)), dict);
    dict.user = 'changed';
    assert.equal(own.get(request).user, 'changed');
    assert.notEqual(own.get(host.request(cookieOf(good))), dict);
    assert.deepEqual({ ...own.get(host.request(cookieOf(good))) }, { user: 'ada' });
  });

  it('S3: nothing is read before the first call, and the clock is asked once', () => {
    let asked = 0;
    const host = new FakeHost();
    const own = new Session(host, {
      secretKey: SECRET,
      cacheHeaders: false,
      now: () => {
        asked++;
        return 0;
      },
    });
    const request = host.request(cookieOf(session.encode({ exp: 5 })));
    const jar = host.sessionJar(request);
    assert.equal(asked, 0);
    own.get(request);
    own.get(request);
    assert.equal(asked, 1);
    assert.equal(jar.waiting, 0);
  });

  it('S3: the Cookie header is not even looked at when nobody asks, nor by delete', () => {
    const jar = new FakeJar(null);
    Object.defineProperty(jar, 'cookieHeader', {
      get: () => assert.fail('the cookie was read'),
    });
    const host = new FakeHost();
    const own = new Session({ secretKey: SECRET });
    own.initialize({ installSession: () => {}, sessionJar: () => jar });
    own.delete(host.request());
    assert.equal(jar.finish().length, 1);
  });

  it('S3: nor by update, where no lifetime has to go on', () => {
    const jar = new FakeJar(null);
    Object.defineProperty(jar, 'cookieHeader', {
      get: () => assert.fail('the cookie was read'),
    });
    const own = new Session({ secretKey: SECRET });
    own.initialize({ installSession: () => {}, sessionJar: () => jar });
    own.update(new FakeHost().request(), { n: 1 });
    assert.equal(jar.finish().length, 1);
  });

  it('S3: two sessions in one request have a dict each', () => {
    const jar = new FakeJar(`${cookieOf(good)}; session=${foreign}`);
    const second = new Session({ secretKey: 'a foreign secret of more than thirty-two bytes' });
    const a = session.open(jar);
    const b = second.open(jar);
    assert.notEqual(a, b);
    assert.equal(a.user, 'ada');
    assert.equal(b.user, 'eve');
    assert.equal(session.open(jar), a);
    assert.equal(second.open(jar), b);
  });

  it('S3: a request that no host of this session made is ERR_SESSION_NOT_INSTALLED', () => {
    const own = new Session(new FakeHost(), { secretKey: SECRET });
    const request = new FakeHost().request(cookieOf(good));
    throwsCode(() => own.get(request), 'ERR_SESSION_NOT_INSTALLED', [good, SECRET]);
    throwsCode(() => own.update(request, {}), 'ERR_SESSION_NOT_INSTALLED');
    throwsCode(() => own.delete(request), 'ERR_SESSION_NOT_INSTALLED');
  });

  it('S4: no cookie, a tampered, foreign or expired one: an empty dict', () => {
    for (const header of [
      null,
      '',
      ';',
      'session',
      'session=',
      'other=1',
      cookieOf(tampered),
      cookieOf(foreign),
      cookieOf(session.encode({ user: 'ada', exp: 1 })),
      cookieOf(good.slice(0, -1)),
      cookieOf(`${good}.`),
      cookieOf(`"${good}"`),
      cookieOf(encodeURIComponent(`${good} `)),
      cookieOf(`${good}\u00a0`),
      cookieOf(`\u3000${good}`),
      cookieOf(forge({ alg: 'none' }, { user: 'ada' })),
      cookieOf(forge({ alg: 'HS256' }, '[]')),
      cookieOf('e30.e30.e30'),
      cookieOf('\0'),
      cookieOf('\ud800'),
    ]) {
      assert.deepEqual(found(header), {}, String(header));
    }
  });

  it('S4: an empty dict is a whole dict: it can be filled and saved', () => {
    const lines = visit(session, cookieOf(tampered), (dict) => {
      dict.user = 'new';
      dict.save();
    });
    assert.equal(lines.length, 1);
  });

  it('S4: a bad cookie writes nothing by itself', () => {
    for (const token of [tampered, foreign, ''])
      assert.deepEqual(
        visit(session, cookieOf(token), () => {}),
        [],
      );
  });
});

describe('a host with a cookie store', () => {
  it('S14: is asked for the values of the name, and its header is not; the last good one wins', () => {
    const jar = new FakeJar(cookieOf(other));
    const asked: string[] = [];
    const store = Object.assign(jar, {
      cookieValues: (name: string): readonly string[] => {
        asked.push(name);
        return [good, foreign, 'x'];
      },
    });
    assert.deepEqual({ ...session.open(store) }, { user: 'ada' });
    assert.deepEqual(asked, ['session']);
  });
});

describe('several cookies', () => {
  it('S14: the last good one wins, wherever the bad ones stand', () => {
    assert.deepEqual(found(`session=${good}; session=${other}`), { user: 'bob' });
    assert.deepEqual(found(`session=${other}; session=${good}`), { user: 'ada' });
    for (const bad of ['', 'x', tampered, foreign, `"${good}"`, 'y'.repeat(5000)]) {
      assert.deepEqual(found(`session=${good}; session=${bad}`), { user: 'ada' });
      assert.deepEqual(found(`session=${bad}; session=${good}`), { user: 'ada' });
      assert.deepEqual(found(`session=${bad}; session=${good}; session=${bad}`), { user: 'ada' });
    }
    assert.deepEqual(found(`session=${good}; session; session=`), { user: 'ada' });
    assert.deepEqual(found(`session=${tampered}; session=${foreign}`), {});
  });

  it('S14: only the last 16 candidates are looked at', () => {
    const bad = (count: number): string => '; session=x'.repeat(count);
    assert.deepEqual(found(`session=${good}${bad(15)}`), { user: 'ada' });
    assert.deepEqual(found(`session=${good}${bad(16)}`), {});
    assert.deepEqual(found(`session=${good}${bad(16)}; session=${other}`), { user: 'bob' });
    assert.deepEqual(found(`session=${good}${'; other=x'.repeat(100)}`), { user: 'ada' });
  });

  it('S14: the name matches exactly', () => {
    for (const name of [
      'Session',
      'SESSION',
      'sessions',
      'xsession',
      'session2',
      '_session',
      '$session',
      'session ',
      '__proto__',
    ]) {
      assert.deepEqual(found(`${name}=${good}`), {}, name);
    }
    assert.deepEqual(found(`a=b; Session=${other}; session=${good}; xsession=${other}`), { user: 'ada' });
    assert.deepEqual(found(`a=session=${good}`), {});
    assert.deepEqual(found(`a= session=${good}`), {});
  });

  it('S14: only space and tab are trimmed', () => {
    assert.deepEqual(found(` \t session=${good} \t ; a=b`), { user: 'ada' });
    assert.deepEqual(found(`a=b;session=${good};`), { user: 'ada' });
    for (const blank of ['\n', '\r', '\v', '\f', '\u00a0', '\u2003', '\ufeff', '\0']) {
      assert.deepEqual(found(`${blank}session=${good}`), {}, JSON.stringify(blank));
      assert.deepEqual(found(`session=${good}${blank}`), {}, JSON.stringify(blank));
    }
    assert.deepEqual(found(`session =${good}`), {});
    assert.deepEqual(found(`session= ${good}`), {});
  });

  it('S14: nothing is unquoted or percent-decoded', () => {
    assert.deepEqual(found(`session="${good}"`), {});
    assert.deepEqual(found(`session=${good.replaceAll('.', '%2E')}`), {});
    assert.deepEqual(found(`%73ession=${good}`), {});
  });

  it('S14: a comma joins no headers', () => {
    assert.deepEqual(found(`session=${good}, session=${other}`), {});
  });

  it('S17: a cookie too long for a browser is passed over, and the one before counts', () => {
    const long = new Session({ secretKey: SECRET, maxCookieBytes: 1 << 20 }).encode({ x: 'x'.repeat(4000) });
    assert.deepEqual(found(`session=${good}; session=${long}`), { user: 'ada' });
  });
});
