// The cross matrix: a cookie from each host, and one from PyJWT, is read by every other; docs/hosts/conformance.md shows it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { Session } from '../../dist/session/index.js';
import type { RunningSubject } from '../../dist/testing/subject.js';
import { askPython } from '../interop/python.js';
import { assertMade } from '../support/generated.js';
import { needs } from '../support/needs.js';
import { CROSS_MAKER, crossTable, PAGE, type Reading } from './matrix.js';
import { subjects } from './subjects/index.js';
import { DATA, SECRET, savedLines, shown, startCross } from './support/cross.js';

const PYJWT = 'PyJWT';
const token = new Session({ secretKey: SECRET }).encode(DATA);

interface Answer {
  readonly payload?: unknown;
  readonly token?: string;
}

const askPyJwt = (requests: readonly object[]): readonly Answer[] =>
  askPython<Answer>('test/interop/pyjwt.py', 'jwt', requests);

describe('the cross matrix', needs.node('the frameworks are served by Node'), () => {
  const apps: (readonly [name: string, app: RunningSubject])[] = [];
  const written = new Map<string, string>();
  const readings: Reading[] = [];
  const note = (writer: string, reader: string, data: unknown): void => {
    readings.push({ writer, reader, isSame: isDeepStrictEqual(data, DATA) });
  };
  const wrong = (): readonly Reading[] => readings.filter(({ isSame }) => !isSame);

  before(async () => {
    for (const subject of subjects) apps.push([subject.name, await startCross(subject)]);
  });
  after(async () => {
    for (const [, app] of apps) await app.close();
  });

  it('S5: all hosts write the same bytes', async () => {
    assert.ok(apps.length >= 14, `${apps.length} hosts`);
    for (const [name, app] of apps) {
      const lines = await savedLines(app);
      assert.deepEqual(lines, [`session=${token}; Path=/; HttpOnly`], name);
      written.set(name, /^session=([^;]*)/.exec(lines[0] ?? '')?.[1] ?? '');
    }
  });

  it('S5: every host reads the cookie of every other', async () => {
    for (const [writer, cookie] of written) {
      for (const [reader, app] of apps) note(writer, reader, await shown(app, cookie));
    }
    assert.deepEqual(wrong(), []);
    assert.equal(readings.length, apps.length ** 2);
  });

  describe('with PyJWT', needs.python('jwt'), () => {
    it('S5: it reads the cookie of every host', () => {
      const writers = [...written];
      const answers = askPyJwt(writers.map(([, cookie]) => ({ op: 'decode', secret: SECRET, token: cookie })));
      for (const [i, [writer]] of writers.entries()) note(writer, PYJWT, answers[i]?.payload);
      assert.deepEqual(wrong(), []);
    });

    it('S5: every host reads its token', async () => {
      const [made] = askPyJwt([{ op: 'encode', secret: SECRET, payload: DATA }]);
      const [back] = askPyJwt([{ op: 'decode', secret: SECRET, token: made?.token }]);
      for (const [reader, app] of apps) note(PYJWT, reader, await shown(app, made?.token ?? ''));
      note(PYJWT, PYJWT, back?.payload);
      assert.deepEqual(wrong(), []);
    });

    it('docs/hosts/conformance.md is what was read; UPDATE=1 rewrites it', () => {
      assert.equal(readings.length, (apps.length + 1) ** 2);
      assertMade(PAGE, CROSS_MAKER, crossTable(readings));
    });
  });
});
