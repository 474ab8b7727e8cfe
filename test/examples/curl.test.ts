// Every login example, run as its page says and visited by curl: its cookie jar on disk, its redirects, nothing of ours.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { needs, runtime } from '../support/needs.js';
import { LOGINS, LoginProcess } from './login-process.js';

const need = runtime === 'node' ? needs.program('curl') : needs.node('the examples are started by node');

const HOUR = 60 * 60;
const MONTH = 30 * 24 * HOUR;
const RIGHT = ['-d', 'name=ada', '-d', 'password=lovelace'];

interface Shown {
  /** Of the last answer, the redirects followed. */
  readonly status: number;
  readonly redirects: number;
  readonly address: string;
  readonly body: string;
}

/** A line of curl's jar: domain, subdomains too, path, secure, the end in seconds, name, value. HttpOnly is a prefix. */
interface Kept {
  readonly httpOnly: boolean;
  readonly fields: readonly string[];
  readonly expires: number;
}

/** A person with curl, who keeps cookies in a file between its runs. */
class Visitor {
  readonly #url: string;
  readonly #jar: string;

  constructor({ url, folder }: LoginProcess, name = 'jar') {
    this.#url = url;
    this.#jar = join(folder, name);
  }

  curl(path: string, ...options: readonly string[]): Shown {
    const report = '\n%{http_code} %{num_redirects} %{url_effective}';
    const jar = ['--cookie', this.#jar, '--cookie-jar', this.#jar];
    // -q: whatever the machine has in its .curlrc.
    const args = ['-q', '--silent', '--show-error', '--max-time', '60', '--noproxy', '*', ...jar, '-w', report];
    const { status, stdout, stderr } = spawnSync('curl', [...args, ...options, this.#url + path], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const end = stdout.lastIndexOf('\n');
    const [code, redirects, address = ''] = stdout.slice(end + 1).split(' ');
    return {
      status: Number(code),
      redirects: Number(redirects),
      address: address.slice(this.#url.length),
      body: stdout.slice(0, end),
    };
  }

  get kept(): readonly Kept[] {
    if (!existsSync(this.#jar)) return [];
    const lines = readFileSync(this.#jar, 'utf8').split('\n');
    return lines
      .filter((line) => line.startsWith('#HttpOnly_') || (line !== '' && !line.startsWith('#')))
      .map((line) => {
        const fields = line.replace(/^#HttpOnly_/, '').split('\t');
        return { httpOnly: line.startsWith('#HttpOnly_'), fields, expires: Number(fields[4]) };
      });
  }

  rewrite(change: (jar: string) => string): void {
    writeFileSync(this.#jar, change(readFileSync(this.#jar, 'utf8')));
  }
}

const says = ({ body }: Shown): string | undefined => /<p role="status">([^<]*)<\/p>/.exec(body)?.[1];
const isForm = ({ body }: Shown): boolean => body.includes('<form method="post" action="/login">');
const isHome = ({ body }: Shown): boolean => body.includes('You are <strong>ada</strong>');

/** Logs in, and asserts that the jar keeps the cookie for so long: from before curl was started, or until after it ended. */
function logIn(visitor: Visitor, lifetime: number, ...more: readonly string[]): Shown {
  const started = Math.floor(Date.now() / 1000);
  const home = visitor.curl('/login', '--location', ...RIGHT, ...more);
  const ended = Math.ceil(Date.now() / 1000);
  assert.deepEqual([home.status, home.redirects, home.address], [200, 1, '/']);
  const [cookie, ...others] = visitor.kept;
  assert.deepEqual(others, []);
  assert.equal(cookie?.httpOnly, true);
  assert.deepEqual(
    cookie.fields.filter((_, index) => index !== 4 && index !== 6),
    ['127.0.0.1', 'FALSE', '/', 'FALSE', 'session'],
  );
  assert.ok(cookie.expires >= started + lifetime && cookie.expires <= ended + lifetime, `until ${cookie.expires}`);
  return home;
}

describe('the login example, visited by curl', need, () => {
  it('is there for every framework', () => {
    for (const name of ['cookies', 'express', 'fetch', 'h3', 'hono', 'node']) assert.ok(LOGINS.includes(name), name);
  });

  for (const name of LOGINS) {
    describe(name, () => {
      let example: LoginProcess;
      before(async () => {
        example = await LoginProcess.start(name);
      });
      after(() => example?.stop());

      it('S6: a visitor who does nothing has no cookie', () => {
        const visitor = new Visitor(example);
        const first = visitor.curl('/');
        assert.deepEqual([first.status, isForm(first), says(first)], [200, true, undefined]);
        assert.deepEqual(visitor.kept, []);
      });

      it('a wrong password is told once, after the redirect', () => {
        const visitor = new Visitor(example, 'wrong');
        const wrong = visitor.curl('/login', '--location', '-d', 'name=ada', '-d', 'password=guess');
        assert.deepEqual([wrong.status, wrong.redirects, wrong.address], [200, 1, '/']);
        assert.deepEqual([says(wrong), isForm(wrong)], ['No such name and password.', true]);
        assert.equal(says(visitor.curl('/')), undefined);
      });

      it('a login lasts an hour, over several runs of curl, and ends with a logout', () => {
        const visitor = new Visitor(example, 'login');
        const home = logIn(visitor, HOUR);
        assert.deepEqual([says(home), isHome(home)], ['Welcome back.', true]);
        const again = visitor.curl('/');
        assert.deepEqual([says(again), isHome(again)], [undefined, true]);
        const out = visitor.curl('/logout', '--location', '--data', '');
        assert.deepEqual([out.status, out.redirects, out.address], [200, 1, '/']);
        assert.deepEqual([says(out), isForm(out)], ['You are logged out.', true]);
        assert.equal(isForm(visitor.curl('/')), true);
      });

      it('"remember me" is a cookie for thirty days', () => {
        const visitor = new Visitor(example, 'remember');
        logIn(visitor, MONTH, '-d', 'remember=on');
        assert.equal(isHome(visitor.curl('/')), true);
      });

      it('S4: whoever edits the jar is nobody', () => {
        const visitor = new Visitor(example, 'forged');
        logIn(visitor, HOUR);
        visitor.rewrite((jar) => jar.replace(/\.[\w-]+\n$/, (signature) => `${signature.trimEnd()}x\n`));
        assert.equal(isForm(visitor.curl('/')), true);
      });
    });
  }
});
