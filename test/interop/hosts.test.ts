// Live, both ways: the cookie of every host in PyJWT, and PyJWT's token under every host.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { subjects } from '../hosts/subjects/index.js';
import { DATA, SECRET, savedLines, shown, startCross } from '../hosts/support/cross.js';
import { needs } from '../support/needs.js';
import { askPython } from './python.js';

describe('interop of the hosts with PyJWT', needs.python('jwt'), () => {
  for (const subject of subjects) {
    it(`S5: ${subject.name}`, async () => {
      const app = await startCross(subject);
      try {
        const token = /^session=([^;]*)/.exec((await savedLines(app))[0] ?? '')?.[1];
        const [read, made] = askPython<{ readonly payload?: unknown; readonly token: string }>(
          'test/interop/pyjwt.py',
          'jwt',
          [
            { op: 'decode', secret: SECRET, token },
            { op: 'encode', secret: SECRET, payload: DATA },
          ],
        );
        assert.deepEqual(read?.payload, DATA);
        assert.deepEqual(await shown(app, made?.token ?? ''), DATA);
      } finally {
        await app.close();
      }
    });
  }
});
