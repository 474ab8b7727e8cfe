// Prototype pollution: payloads that would cause it, and what a program that is polluted already sees of sessions.
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { Session, type SessionDict, type SessionOptions } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, nextVisit, visit } from '../support/fake-host.js';

const NOW = 1_800_000_000;
const CLEAN = Reflect.ownKeys(Object.prototype);
const alg = 'HS256';

afterEach(() => assert.deepEqual(Reflect.ownKeys(Object.prototype), CLEAN));

describe('attack: a payload that pollutes', () => {
  const session = new Session({ secretKey: SECRET });
  const texts = [
    '{"__proto__":{"polluted":1}}',
    '{"__proto__":null}',
    '{"__proto__":"polluted"}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '{"constructor":null,"prototype":{"polluted":1}}',
    '{"a":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}',
    '{"list":[{"__proto__":{"polluted":1}}]}',
    '{"__proto__":{"__proto__":{"polluted":1}}}',
    '{"toString":1,"valueOf":2,"hasOwnProperty":3,"__defineGetter__":4,"polluted2":5}',
    '{"then":{"polluted":1},"toJSON":{"polluted":1}}',
    '{"__proto__":{"polluted":1},"__proto__":{"polluted":2}}',
  ];
  const uses: Readonly<Record<string, (dict: SessionDict) => unknown>> = {
    read: (dict) => dict,
    spread: (dict) => ({ ...dict }),
    assign: (dict) => Object.assign({}, dict),
    entries: (dict) => Object.fromEntries(Object.entries(dict)),
    json: (dict) => JSON.parse(JSON.stringify(dict)),
    clone: (dict) => structuredClone({ ...dict }),
    save: (dict) => dict.save(),
    delete: (dict) => dict.delete(),
  };

  for (const [name, use] of Object.entries(uses)) {
    it(`S16: leaves Object.prototype alone: ${name}`, () => {
      for (const text of texts) {
        visit(session, cookieOf(forge({ alg }, text)), (dict) => {
          use(dict);
          assert.equal((Object.prototype as { polluted?: unknown }).polluted, undefined, text);
          assert.equal(({} as { polluted?: unknown }).polluted, undefined, text);
          assert.equal(dict.polluted, undefined, text);
          assert.equal(typeof dict.save, 'function');
        });
      }
    });
  }

  it('S16: comes back from a save as it was, key by key', () => {
    for (const text of texts) {
      const lines = visit(session, cookieOf(forge({ alg }, text)), (dict) => dict.save());
      assert.equal(JSON.stringify(nextVisit(session, lines)), JSON.stringify(JSON.parse(text)));
    }
  });

  it('S20: a header that would pollute does not', () => {
    for (const header of [
      '{"alg":"HS256","__proto__":{"polluted":1}}',
      '{"alg":"HS256","constructor":{"prototype":{"polluted":1}}}',
    ]) {
      const verdict = session.verify(forge(header, {}));
      assert.ok(verdict.ok);
      assert.equal(({ ...verdict.header } as { polluted?: unknown }).polluted, undefined);
      assert.equal((verdict.header as { polluted?: unknown }).polluted, undefined);
    }
  });
});

/** What `f` gives while Object.prototype has a member more. */
function polluted<T>(name: string, descriptor: PropertyDescriptor, f: () => T): T {
  Object.defineProperty(Object.prototype, name, { configurable: true, ...descriptor });
  try {
    return f();
  } finally {
    Reflect.deleteProperty(Object.prototype, name);
  }
}

describe('attack: a program that is polluted already', () => {
  const now = (): number => NOW;
  const sessions: Readonly<Record<string, SessionOptions>> = {
    plain: {},
    'with key ids': {
      secretKey: [
        { id: 'new', secret: SECRET },
        { id: 'old', secret: `${SECRET}, old` },
      ],
    },
    'with timeouts': { idleTimeout: 3600, absoluteTimeout: 86_400 },
    'with an audience': { audience: 'shop' },
    'with a purpose': { purpose: 'shop' },
  };
  const tokensOf = (session: Session): readonly string[] => [
    session.encode({ user: 'ada' }),
    session.encode({}),
    forge({ alg, typ: 'JWT' }, { user: 'ada' }, 'a secret of somebody else'),
    forge({ alg }, { user: 'ada' }),
    forge({ alg, kid: 'old', typ: 'JWT' }, { user: 'ada' }, `${SECRET}, old`),
    forge({ alg, kid: 'else', typ: 'JWT' }, { user: 'ada' }),
    forge({ alg, crit: ['exp'] }, { user: 'ada' }),
    forge({ alg, b64: false }, { user: 'ada' }),
    forge({}, { user: 'ada' }),
    forge({ typ: 'JWT' }, { user: 'ada' }),
    forge({ alg: 'none' }, { user: 'ada' }),
    forge({ alg }, { exp: NOW - 1000 }),
    forge({ alg }, { nbf: NOW + 1000 }),
    forge({ alg }, { aud: 'bank' }),
    forge({ alg }, { aud: 'shop', iat: NOW, exp: NOW + 60 }),
    forge({ alg }, []),
    '',
  ];
  const members: readonly (readonly [name: string, value: unknown])[] = [
    ['exp', NOW + 60],
    ['exp', 1],
    ['exp', 'x'],
    ['iat', NOW],
    ['iat', NOW + 1e6],
    ['nbf', NOW + 1e6],
    ['nbf', {}],
    ['aud', 'shop'],
    ['aud', 'bank'],
    ['kid', 'new'],
    ['kid', 'old'],
    ['kid', 'else'],
    ['kid', 1],
    ['alg', 'HS256'],
    ['alg', 'none'],
    ['crit', ['exp']],
    ['b64', false],
    ['typ', 'x'],
    ['save', () => 1],
    ['delete', 1],
    ['toJSON', () => ({ user: 'admin' })],
    ['ok', true],
    ['payload', { user: 'admin' }],
    ['user', 'admin'],
    ['then', () => 1],
    ['0', 'x'],
    ['length', 1],
    ['get', () => 1],
    ['secret', SECRET],
  ];

  for (const [name, options] of Object.entries(sessions)) {
    it(`verdicts stay what they were: a session ${name}`, () => {
      const session = new Session({ secretKey: SECRET, now, ...options });
      const tokens = tokensOf(session);
      const verdicts = (): readonly (readonly unknown[])[] =>
        tokens.map((token) => {
          const verdict = session.verify(token);
          return verdict.ok
            ? [Object.entries(verdict.payload), verdict.issuedAt, verdict.expiresAt, verdict.keyIndex]
            : [verdict.reason];
        });
      const clean = verdicts();
      for (const [member, value] of members) {
        assert.deepEqual(
          polluted(member, { value, writable: true }, verdicts),
          clean,
          `Object.prototype.${member} = ${JSON.stringify(value)}`,
        );
        assert.deepEqual(polluted(member, { get: () => value }, verdicts), clean, `a getter ${member}`);
      }
    });
  }

  it('S16: a dict has none of it', () => {
    const session = new Session({ secretKey: SECRET });
    for (const name of ['user', 'save', 'delete', 'exp', '__evil__']) {
      const found = polluted(name, { value: 'admin', writable: true }, () => {
        const seen: unknown[] = [];
        visit(session, cookieOf(session.encode({ n: 1 })), (dict) => {
          seen.push(dict[name] === 'admin', typeof dict.save, typeof dict.delete, Object.keys(dict).length);
        });
        return seen;
      });
      assert.deepEqual(found, [false, 'function', 'function', 1], name);
    }
  });

  it('S15: a toJSON on every object is refused aloud: it would decide what is signed', () => {
    const session = new Session({ secretKey: SECRET });
    for (const prototype of [Object.prototype, Array.prototype]) {
      Object.defineProperty(prototype, 'toJSON', { configurable: true, value: () => ({ user: 'admin' }) });
      try {
        throwsCode(() => session.encode({ list: [1] }), 'ERR_SESSION_BAD_PAYLOAD');
      } finally {
        Reflect.deleteProperty(prototype, 'toJSON');
      }
    }
    assert.equal(session.decode(session.encode({ list: [1] })).user, undefined);
  });

  it('S7: no attribute comes from Object.prototype', () => {
    const save = (): readonly string[] => {
      const host = new FakeHost();
      const session = new Session(host, { secretKey: SECRET, cookieOptions: { secure: true } });
      const request = host.request();
      session.get(request).save();
      return host.answer(request);
    };
    const clean = save();
    const evil = 'x; Domain=evil.example\r\nSet-Cookie: a=b';
    for (const name of ['domain', 'path', 'expires', 'maxAge', 'sameSite', 'priority', 'partitioned', 'httpOnly']) {
      assert.deepEqual(polluted(name, { value: evil, writable: true }, save), clean, name);
      assert.deepEqual(polluted(name, { value: 60, writable: true }, save), clean, name);
    }
  });
});
