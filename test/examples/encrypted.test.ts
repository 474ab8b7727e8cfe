// The encrypted example, over HTTP: a game that can be won by guessing, and not by reading the cookie.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Project } from './server.js';

interface Reply {
  readonly 'the answer is': number | 'higher' | 'lower';
  readonly guesses: number;
}

describe('the encrypted example', () => {
  let project: Project;
  before(async () => {
    project = new Project('encrypted');
    await project.start();
  });
  after(() => project.remove());

  it('encrypt: keeps the answer in the cookie, where it cannot be read', async () => {
    let cookie: string | null = null;
    let [low, high] = [1, 100];
    for (let guesses = 1; ; guesses++) {
      const guess = Math.floor((low + high) / 2);
      const response: Response = await fetch(`${project.url}/guess/${guess}`, {
        headers: cookie === null ? {} : { Cookie: cookie },
      });
      const reply = (await response.json()) as Reply;
      assert.equal(reply.guesses, guesses);
      const [line, ...more] = response.headers.getSetCookie();
      assert.deepEqual(more, []);
      if (reply['the answer is'] === guess) {
        assert.match(line, /^game=; .*Max-Age=0/);
        return;
      }
      assert.match(line, /^game=[\w-]+\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}; Path=\/; HttpOnly; SameSite=Lax$/);
      for (const segment of line.slice('game='.length).split('.')) {
        assert.doesNotMatch(Buffer.from(segment, 'base64url').toString('latin1'), /answer|guesses/);
      }
      [cookie = null] = line.split(';');
      if (reply['the answer is'] === 'higher') low = guess + 1;
      else high = guess - 1;
      assert.ok(low <= high, 'the answer stays what it was');
    }
  });

  it('S4: starts a visitor afresh whose cookie is of another making', async () => {
    const response = await fetch(`${project.url}/guess/0`, { headers: { Cookie: 'game=eyJhbGciOiJub25lIn0.e30.' } });
    assert.deepEqual(await response.json(), { 'the answer is': 'higher', guesses: 1 });
  });
});
