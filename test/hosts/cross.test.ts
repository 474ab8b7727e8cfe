// The cross matrix: a cookie from each host is read by every other, and the bytes are the same everywhere.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { needs } from '../support/needs.js';
import { subjects } from './subjects/index.js';
import { DATA, SECRET, savedLines, shown, startCross } from './support/cross.js';

describe('the cross matrix', needs.node('the frameworks are served by Node'), () => {
  it('S5: every host reads the cookie of every other, and all write the same bytes', async () => {
    assert.ok(subjects.length >= 12, `${subjects.length} hosts`);
    const apps = await Promise.all(subjects.map(startCross));
    try {
      const token = new Session({ secretKey: SECRET }).encode(DATA);
      const tokens: string[] = [];
      for (const [i, app] of apps.entries()) {
        const lines = await savedLines(app);
        assert.deepEqual(lines, [`session=${token}; Path=/; HttpOnly`], subjects[i]?.name);
        tokens.push(/^session=([^;]*)/.exec(lines[0] ?? '')?.[1] ?? '');
      }
      for (const written of tokens) {
        for (const [i, app] of apps.entries()) assert.deepEqual(await shown(app, written), DATA, subjects[i]?.name);
      }
    } finally {
      for (const app of apps) await app.close();
    }
  });
});
