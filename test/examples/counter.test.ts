// The example behind `npm start`, over HTTP: the counter, its cookie, its key, and the routes of the demonstration.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { needs } from '../support/needs.js';
import { Project } from './server.js';

/** A visitor: sends back the session cookie it was given last, as a browser does. */
class Visitor {
  readonly #project: Project;
  cookie: string | null = null;

  constructor(project: Project) {
    this.#project = project;
  }

  async ask(path: string, method = 'GET', headers: Record<string, string> = {}): Promise<Response> {
    const cookie = this.cookie === null ? {} : { Cookie: `session=${this.cookie}` };
    const response = await fetch(`${this.#project.url}${path}`, { method, headers: { ...cookie, ...headers } });
    const [setCookie, ...others] = response.headers.getSetCookie();
    assert.deepEqual(others, []);
    if (setCookie !== undefined) {
      const [, value, attributes] = /^session=([^;]*)(.*)$/.exec(setCookie) ?? [];
      this.cookie = attributes.includes('Max-Age=0') ? null : value;
    }
    return response;
  }

  async json(path: string): Promise<unknown> {
    return (await this.ask(path)).json();
  }

  /** Tampers and takes the cookie that results. */
  async tamper(): Promise<void> {
    assert.equal((await this.ask('/demonstration/tamper', 'POST')).status, 204);
  }
}

/** Bun and Deno print an uncaught error without its code. */
const shown = needs.node('it prints an uncaught error without its code');

describe('the counter example', () => {
  let project: Project;
  before(async () => {
    project = new Project();
    await project.start();
  });
  after(() => project.remove());

  it('counts each visitor apart, as JSON', async () => {
    const [alice, bob] = [new Visitor(project), new Visitor(project)];
    const first = await alice.ask('/counter');
    assert.equal(first.status, 200);
    assert.equal(first.headers.get('content-type'), 'application/json; charset=UTF-8');
    assert.equal(await first.text(), '{"n":1}');
    assert.deepEqual(await alice.json('/counter'), { n: 2 });
    assert.deepEqual(await bob.json('/counter'), { n: 1 });
    assert.deepEqual(await alice.json('/counter'), { n: 3 });
  });

  it('S5, S7: signs with the key file; the cookie has Path=/ and HttpOnly and nothing else', async () => {
    const response = await new Visitor(project).ask('/counter');
    assert.equal(
      response.headers.get('set-cookie')?.replace(/\.[\w-]{43};/, '.SIGNATURE;'),
      'session=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJuIjoxfQ.SIGNATURE; Path=/; HttpOnly',
    );
  });

  it('keeps a key that it made beside its source, and only there', async () => {
    assert.match(readFileSync(project.keyFile, 'utf8'), /^[\w-]{43}\n$/);
    assert.equal(existsSync(new URL(`file://${project.folder}/session.key`)), false);
  });

  it('S4: goes on after a restart, and starts everyone afresh with a new key', async () => {
    const visitor = new Visitor(project);
    await visitor.ask('/counter');
    await project.restart();
    assert.deepEqual(await visitor.json('/counter'), { n: 2 });
    await project.stop();
    rmSync(project.keyFile);
    await project.start();
    assert.deepEqual(await visitor.json('/counter'), { n: 1 });
  });

  it('S8: forgets', async () => {
    const visitor = new Visitor(project);
    await visitor.ask('/counter');
    const response = await visitor.ask('/demonstration/forget', 'POST');
    assert.equal(response.status, 204);
    assert.equal(
      response.headers.get('set-cookie'),
      'session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0; HttpOnly',
    );
    assert.deepEqual(await visitor.json('/counter'), { n: 1 });
  });

  it('shows the visitor the cookie that it received, decoded, and what it trusts of it', async () => {
    const visitor = new Visitor(project);
    assert.deepEqual(await visitor.json('/demonstration/cookie'), {
      cookie: null,
      header: '',
      payload: '',
      signature: '',
      size: 0,
      budget: 4096,
      trusted: {},
    });
    await visitor.ask('/counter');
    const { cookie } = visitor;
    assert.deepEqual(await visitor.json('/demonstration/cookie'), {
      cookie,
      header: '{"alg":"HS256","typ":"JWT"}',
      payload: '{"n":1}',
      signature: Buffer.from(cookie?.split('.')[2] ?? '', 'base64url').toString('hex'),
      size: 98,
      budget: 4096,
      trusted: { n: 1 },
    });
  });

  it('S4: starts a visitor afresh whose cookie had one bit flipped', async () => {
    const visitor = new Visitor(project);
    for (let i = 0; i < 3; i++) await visitor.ask('/counter');
    const genuine = visitor.cookie;
    await visitor.tamper();
    assert.notEqual(visitor.cookie, genuine);
    const shown = (await visitor.json('/demonstration/cookie')) as { payload: string; trusted: object };
    assert.equal(shown.payload, '{"n":2}');
    assert.deepEqual(shown.trusted, {});
    await visitor.tamper();
    assert.equal(visitor.cookie, genuine, 'the same bit flipped again is the genuine cookie');
    await visitor.tamper();
    assert.deepEqual(await visitor.json('/counter'), { n: 1 });
  });

  it('answers whatever a visitor calls a cookie', async () => {
    const visitor = new Visitor(project);
    for (const cookie of [
      '',
      '.',
      '..',
      'a.b',
      'a.b.c',
      'a."b".c',
      'a.bbbb.c.d',
      '%00',
      '\xe9.\xe9\xe9\xe9\xe9.\xe9',
    ]) {
      visitor.cookie = cookie;
      assert.equal((await visitor.ask('/demonstration/cookie')).status, 200);
      assert.equal((await visitor.ask('/demonstration/tamper', 'POST')).status, 409);
      assert.equal(visitor.cookie, cookie);
    }
    assert.deepEqual(await visitor.json('/counter'), { n: 1 });
  });

  it('keeps the demonstration out of caches and out of reach of other sites', async () => {
    const visitor = new Visitor(project);
    await visitor.ask('/counter');
    const asked: [string, string][] = [
      ['/', 'GET'],
      ['/demonstration/cookie', 'GET'],
      ['/demonstration/tamper', 'POST'],
      ['/demonstration/forget', 'POST'],
    ];
    for (const [path, method] of asked) {
      const response = await visitor.ask(path, method);
      assert.equal(response.headers.get('cache-control'), 'no-store', path);
      assert.equal(response.headers.get('access-control-allow-origin'), null, path);
    }
    for (const site of ['cross-site', 'same-site']) {
      const response = await visitor.ask('/demonstration/forget', 'POST', { 'Sec-Fetch-Site': site });
      assert.equal(response.status, 403);
      assert.equal(response.headers.get('set-cookie'), null);
      assert.equal(response.headers.get('cache-control'), 'no-store');
    }
    const counted = (await visitor.ask('/counter')).headers.get('cache-control');
    assert.equal(counted, 'private, no-store', 'its hooks stay with it: this is what the session says by itself');
  });

  it('serves the page as one file that runs under a policy without unsafe-inline', async () => {
    const response = await fetch(`${project.url}/`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'text/html; charset=UTF-8');
    assert.equal(response.headers.get('set-cookie'), null);
    const html = await response.text();
    assert.equal(html, readFileSync(`${project.folder}/examples/microdot/page.html`, 'utf8'));
    const hash = (tag: string): string => {
      const [, text = '', ...more] = html.split(new RegExp(`</?${tag}>`));
      assert.equal(more.length, 1, `exactly one ${tag} element`);
      return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    };
    assert.equal(
      response.headers.get('content-security-policy'),
      `default-src 'none'; script-src ${hash('script')}; style-src ${hash('style')}; img-src data:; ` +
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    assert.doesNotMatch(html, / style="| on[a-z]+="|innerHTML|(?:src|href)="(?!data:|\/counter)/);
  });

  it('never sends the secret', async () => {
    const visitor = new Visitor(project);
    const secret = readFileSync(project.keyFile, 'utf8').trim();
    for (const path of ['/', '/counter', '/demonstration/cookie', '/nothing', '/session.key']) {
      const response = await visitor.ask(path);
      const head = JSON.stringify([...response.headers]);
      assert.equal(`${head}${await response.text()}`.includes(secret), false, path);
    }
  });

  it('H6: ends with status 1 and a clear message on a busy port, and on a PORT that is none', shown, async () => {
    const busy = await project.runToEnd(String(project.port));
    assert.equal(busy.status, 1);
    assert.match(busy.stderr, /ERR_APP_LISTEN/);
    for (const port of ['no number', '-1', '65536', '80.5']) {
      const ended = await project.runToEnd(port);
      assert.equal(ended.status, 1, port);
      assert.match(ended.stderr, /ERR_APP_BAD_OPTION/);
    }
  });
});
