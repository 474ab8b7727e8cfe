// The hardened example, over HTTP: its cookie, a login, a message that is read once, and a logout.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Project } from './server.js';

const NAME = '__Host-session';

describe('the hardened example', () => {
  let project: Project;
  let cookie: string | null = null;
  before(async () => {
    project = new Project('hardened');
    await project.start();
  });
  after(() => project.remove());

  /** Sends a request with the cookie of the last answer, and returns the attributes of a new one. */
  async function ask(path: string, form?: Record<string, string>): Promise<{ response: Response; attributes: string }> {
    const headers = cookie === null ? {} : { Cookie: `${NAME}=${cookie}` };
    const body = form && { method: 'POST', body: new URLSearchParams(form) };
    const response: Response = await fetch(`${project.url}${path}`, { headers, redirect: 'manual', ...body });
    const [line, ...more] = response.headers.getSetCookie();
    assert.deepEqual(more, []);
    const [, value = '', attributes = ''] = /^__Host-session=([^;]*)(.*)$/.exec(line ?? '') ?? [];
    if (line !== undefined) cookie = value === '' ? null : value;
    return { response, attributes };
  }

  const login = (remember: string): ReturnType<typeof ask> =>
    ask('/login', { name: 'ada', password: 'lovelace', remember });

  it('a new visitor gets no cookie, and a wrong password is 401', async () => {
    const { response, attributes } = await ask('/');
    assert.deepEqual(await response.json(), { user: null, info: '' });
    assert.equal(attributes, '');
    const refused = await ask('/login', { name: 'ada', password: 'guess' });
    assert.deepEqual([refused.response.status, refused.attributes], [401, '']);
  });

  it('a login lasts an hour, or a month where the visitor asks for it', async () => {
    const { response, attributes } = await login('no');
    assert.equal(response.status, 302);
    assert.equal(attributes, '; Path=/; Max-Age=3600; Secure; HttpOnly; SameSite=Lax');
    assert.equal((await login('yes')).attributes, '; Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax');
  });

  it('greets once', async () => {
    const first = await ask('/');
    assert.deepEqual(await first.response.json(), { user: 'ada', info: 'Welcome.' });
    const second = await ask('/');
    assert.deepEqual(await second.response.json(), { user: 'ada', info: '' });
    assert.equal(second.attributes, '');
  });

  it('S8: a logout removes the cookie', async () => {
    const { attributes } = await ask('/logout', {});
    assert.equal(
      attributes,
      '; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; Secure; HttpOnly; SameSite=Lax',
    );
    const { response } = await ask('/');
    assert.deepEqual(await response.json(), { user: null, info: '' });
  });
});
