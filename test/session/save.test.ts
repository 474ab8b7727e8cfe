// Saving and deleting: what is sent, when it is decided, and what a response says in the end.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session, type SessionDict } from '../../dist/session/index.js';
import { SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, FakeJar, nextVisit, tokenOf, visit } from '../support/fake-host.js';

const session = new Session(new FakeHost(), { secretKey: SECRET });
const ada = cookieOf(session.encode({ user: 'ada' }));
const lineOf = (payload: object): string => `session=${session.encode(payload)}; Path=/; HttpOnly`;

describe('save', () => {
  it('S5, S7: sends one cookie with Path and HttpOnly', () => {
    const lines = visit(session, null, (dict) => {
      dict.n = 1;
      dict.save();
    });
    assert.deepEqual(lines, [lineOf({ n: 1 })]);
    assert.deepEqual(nextVisit(session, lines), { n: 1 });
  });

  it('S5: an empty dict is a session too, and no claim is added', () => {
    const lines = visit(session, null, (dict) => dict.save());
    assert.equal(tokenOf(lines[0]).split('.')[1], 'e30');
  });

  it('S6: takes a snapshot: later edits need another save', () => {
    const lines = visit(session, null, (dict) => {
      dict.list = [1];
      dict.save();
      dict.list.push(2);
      dict.more = true;
      delete dict.user;
    });
    assert.deepEqual(nextVisit(session, lines), { list: [1] });
  });

  it('S6: nothing is saved that was not asked for', () => {
    assert.deepEqual(
      visit(session, ada, (dict) => {
        dict.user = 'eve';
      }),
      [],
    );
  });

  it('S7: the cookie options are those of the moment of the head', () => {
    const own = new Session(new FakeHost(), { secretKey: SECRET });
    const jar = new FakeJar(null);
    own.open(jar).save();
    own.cookieOptions = { path: '/late', secure: true, httpOnly: false };
    assert.deepEqual(jar.finish(), [`session=${own.encode({})}; Path=/late; Secure`]);
  });

  it('S7: every option appears, in one order', () => {
    const own = new Session(new FakeHost(), {
      secretKey: SECRET,
      cookieOptions: {
        priority: 'high',
        sameSite: 'strict',
        partitioned: true,
        httpOnly: true,
        secure: true,
        maxAge: 5,
        expires: new Date(0),
        domain: '.example.com',
        path: '/app',
      },
    });
    const attributes =
      '; Path=/app; Domain=.example.com; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=5; Secure; HttpOnly; ' +
      'Partitioned; SameSite=Strict; Priority=High';
    assert.deepEqual(
      visit(own, null, (dict) => dict.save()),
      [`session=${own.encode({})}${attributes}`],
    );
  });

  it('S7: a read and a bad cookie write nothing', () => {
    for (const header of [null, ada, `${ada}x`, 'session=x']) {
      const jar = new FakeJar(header);
      session.open(jar);
      assert.deepEqual(jar.finish(), []);
    }
  });

  it('S11: a second save replaces the first', () => {
    const lines = visit(session, null, (dict) => {
      for (dict.n = 1; dict.n < 5; dict.n++) dict.save();
    });
    assert.deepEqual(lines, [lineOf({ n: 4 })]);
  });

  it('S7: update sends what it is given and leaves the dict alone', () => {
    const host = new FakeHost();
    const own = new Session(host, { secretKey: SECRET });
    const request = host.request(ada);
    own.update(request, { other: 1 });
    assert.deepEqual({ ...own.get(request) }, { user: 'ada' });
    assert.deepEqual(host.answer(request), [lineOf({ other: 1 })]);
  });

  it('S16: update refuses save and delete as keys, and what is no object', () => {
    const host = new FakeHost();
    const own = new Session(host, { secretKey: SECRET });
    const request = host.request();
    const update = (data: unknown) => () => own.update(request, data as object);
    throwsCode(update({ save: 1 }), 'ERR_SESSION_RESERVED_KEY');
    throwsCode(update({ delete: undefined }), 'ERR_SESSION_RESERVED_KEY');
    for (const data of [null, undefined, 1, 'x', [], [1], true]) throwsCode(update(data), 'ERR_SESSION_BAD_PAYLOAD');
    assert.deepEqual(host.answer(request), []);
  });

  it('S6: update of a request\u2019s own dict is a save', () => {
    const host = new FakeHost();
    const own = new Session(host, { secretKey: SECRET });
    const request = host.request(ada);
    const dict = own.get(request);
    dict.n = 1;
    own.update(request, dict);
    assert.deepEqual(host.answer(request), [lineOf({ user: 'ada', n: 1 })]);
  });
});

describe('after the head', () => {
  it('S18: save, delete and update throw ERR_SESSION_HEADERS_SENT', () => {
    const host = new FakeHost();
    const own = new Session(host, { secretKey: SECRET });
    const request = host.request(ada);
    const dict = own.get(request);
    dict.n = 'payload-4711';
    host.answer(request);
    for (const f of [
      () => dict.save(),
      () => dict.delete(),
      () => own.update(request, { n: 1 }),
      () => own.delete(request),
    ]) {
      throwsCode(f, 'ERR_SESSION_HEADERS_SENT', [SECRET, 'payload-4711', ada]);
    }
    assert.deepEqual({ ...dict }, { user: 'ada', n: 'payload-4711' }, 'a failed delete empties nothing');
  });

  it('S18: a first look at the session is still possible', () => {
    const jar = new FakeJar(ada);
    jar.finish();
    assert.deepEqual({ ...session.open(jar) }, { user: 'ada' });
  });

  it('S13: a save inside the making of the head, or before a second one, is sent', () => {
    const jar = new FakeJar(null);
    let dict: SessionDict | undefined;
    jar.onHead(() => {
      dict = session.open(jar);
      dict.n = 1;
      dict.save();
    });
    assert.deepEqual(jar.finish(), []);
    jar.headSent = false;
    assert.deepEqual(jar.finish(), [lineOf({ n: 1 })]);
  });
});
