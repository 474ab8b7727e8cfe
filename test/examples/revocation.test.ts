// The revocation example, over HTTP: copies of cookies, and what ends them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Project } from './server.js';

describe('the revocation example', () => {
  let project: Project;
  before(async () => {
    project = new Project('revocation');
    await project.start();
  });
  after(() => project.remove());

  /** Posts with a cookie, and returns the cookie of the answer: null for none, `''` for its removal. */
  async function post(path: string, cookie: string, form: Record<string, string> = {}): Promise<string | null> {
    const headers = { Cookie: `login=${cookie}` };
    const body = new URLSearchParams(form);
    const response = await fetch(`${project.url}${path}`, { method: 'POST', headers, body, redirect: 'manual' });
    assert.equal(response.status, 302);
    return /^login=([^;]*)/.exec(response.headers.getSetCookie()[0] ?? '')?.[1] ?? null;
  }

  const login = async (device: string): Promise<string> =>
    (await post('/login', '', { name: 'ada', password: 'lovelace', device })) ?? '';

  async function device(cookie: string | null): Promise<unknown> {
    const response = await fetch(`${project.url}/`, { headers: { Cookie: `login=${cookie}` } });
    return ((await response.json()) as { device: unknown }).device;
  }

  it('a logout ends every copy of the cookie, and no other login', async () => {
    const [laptop, phone] = [await login('laptop'), await login('phone')];
    assert.deepEqual([await device(laptop), await device(phone)], ['laptop', 'phone']);
    assert.equal(await post('/logout', laptop), '');
    assert.deepEqual([await device(laptop), await device(phone)], [null, 'phone']);
  });

  it('"log out all others" keeps this one, with a new cookie', async () => {
    const [laptop, phone] = [await login('laptop'), await login('phone')];
    const kept = await post('/logout-others', laptop);
    assert.deepEqual([await device(laptop), await device(phone), await device(kept)], [null, null, 'laptop']);
  });

  it('"log out everywhere" ends all, and the login that follows goes on', async () => {
    const laptop = await login('laptop');
    assert.equal(await post('/logout-everywhere', laptop), '');
    const again = await login('laptop');
    assert.deepEqual([await device(laptop), await device(again)], [null, 'laptop']);
  });
});
