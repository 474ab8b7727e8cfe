// What browsers make of the session's cookie: the __Host- prefix, Secure, SameSite, and a prefetch that renews nothing.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { needs } from '../support/needs.js';
import { type Driver, type DriverOptions, HOSTS, type Visitor } from './drivers.js';
import { names, Site } from './site.js';
import { IDLE, Visited } from './visited.js';

export interface Engine {
  readonly name: string;
  readonly need: { readonly skip?: string };
  readonly open: (options?: DriverOptions) => Promise<Driver>;
}

/** The suite for one engine; each has a file of its own, so that they run side by side. */
export function describeCookies({ name, need, open }: Engine): void {
  const skip = need.skip ?? needs.program('openssl').skip;
  describe(`cookies over https, in ${name}`, skip === undefined ? {} : { skip }, () => {
    const visited = new Visited();
    const site = new Site(visited.app);
    let driver: Driver;
    let asked = 0;
    before(async () => {
      await site.start();
      driver = await open();
    });
    after(async () => {
      await driver?.close();
      await site.stop();
    });

    const visit = async (use: (visitor: Visitor) => Promise<void>, by: Driver = driver): Promise<void> => {
      const visitor = await by.visitor();
      try {
        await use(visitor);
      } finally {
        await visitor.close();
      }
    };
    /** An address nobody has asked for yet. */
    const fresh = (host: string, path: string, scheme: 'https' | 'http' = 'https') =>
      site.url(host, `${path}?n=${++asked}`, scheme);
    /** What a request by address bar brings. */
    const brings = async (visitor: Visitor, host: string, scheme: 'https' | 'http' = 'https', path = '/seen') => {
      const url = fresh(host, path, scheme);
      await visitor.goto(url);
      return site.arrival(url);
    };
    /** Has a server of the host answer with a Set-Cookie line that no session of ours would send. */
    const sets = (visitor: Visitor, host: string, line: string, scheme: 'https' | 'http' = 'https') =>
      visitor.goto(site.url(host, `/raw?set=${line}`, scheme));
    const counted = (visitor: Visitor) => visitor.evaluate('JSON.parse(document.body.textContent).n');

    for (const host of ['localhost', HOSTS.a]) {
      it(`cookieName: the __Host- cookie is kept and counts on https://${host}`, () =>
        visit(async (visitor) => {
          for (const n of [1, 2, 3]) {
            const url = fresh(host, '/count');
            await visitor.goto(url);
            const { cookies, setCookies } = await site.arrival(url);
            assert.equal(cookies.length, n === 1 ? 0 : 1);
            assert.match(setCookies.join(), /^__Host-session=[^;]+; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
          }
          const url = fresh(host, '/deep/seen');
          await visitor.goto(url);
          assert.deepEqual(names(await site.arrival(url)), ['__Host-session'], 'sent to every path');
          assert.equal(await visitor.evaluate('document.cookie'), '', 'no script sees it');
        }));
    }

    it('cookieName: what the prefix forbids, the browser drops without a word', () =>
      visit(async (visitor) => {
        for (const line of [
          '__Host-session=1;Path=/',
          '__Host-session=1;Secure;Path=/deep',
          '__Host-session=1;Secure;Path=/;Domain=site-a.test',
          '__Secure-session=1;Path=/',
        ]) {
          await sets(visitor, HOSTS.a, line);
          assert.deepEqual(names(await brings(visitor, HOSTS.a, 'https', '/deep/seen')), [], line);
        }
        // Without a Path the cookie belongs to the folder it comes from. (Firefox takes that for Path=/ at the root.)
        await visitor.goto(site.url(HOSTS.a, '/deep/raw?set=__Host-session=1;Secure'));
        assert.deepEqual(names(await brings(visitor, HOSTS.a, 'https', '/deep/seen')), [], 'without Path');
        await sets(visitor, HOSTS.a, '__Host-session=1;Path=/;Secure', 'http');
        assert.deepEqual(names(await brings(visitor, HOSTS.a)), [], 'over http');
        await sets(visitor, HOSTS.a, '__Host-session=1;Secure;Path=/');
        assert.deepEqual(names(await brings(visitor, HOSTS.a)), ['__Host-session'], 'and keeps what it allows');
      }));

    it('S14, cookieName: a subdomain plants a cookie named session, never one named __Host-session', () =>
      visit(async (visitor) => {
        await visitor.goto(fresh(HOSTS.a, '/count'));
        await sets(visitor, HOSTS.subA, 'session=planted;Domain=site-a.test;Path=/;Secure');
        await sets(visitor, HOSTS.subA, '__Host-session=planted;Domain=site-a.test;Path=/;Secure');
        await sets(visitor, HOSTS.subA, '__Host-session=planted;Path=/;Secure');
        const url = fresh(HOSTS.a, '/count');
        await visitor.goto(url);
        const arrival = await site.arrival(url);
        assert.deepEqual(names(arrival), ['__Host-session', 'session']);
        assert.ok(arrival.cookies.includes('session=planted'));
        assert.ok(!arrival.cookies.includes('__Host-session=planted'));
        assert.equal(await counted(visitor), 2);
      }));

    it('S7: a Secure cookie is not sent over http', () =>
      visit(async (visitor) => {
        await visitor.goto(fresh(HOSTS.a, '/count'));
        // Not localhost, which browsers trust as they trust https.
        assert.deepEqual(names(await brings(visitor, HOSTS.a, 'http')), []);
        assert.deepEqual(names(await brings(visitor, HOSTS.a)), ['__Host-session']);
      }));

    describe('sameSite, asked from', () => {
      const ALL = ['__Host-session', 'lax', 'none', 'strict'];
      const signIn = (visitor: Visitor) => visitor.goto(fresh(HOSTS.a, '/all'));
      const ask = {
        link: (url: string) => `setTimeout(() => {
          const link = document.body.appendChild(document.createElement('a'));
          link.href = ${JSON.stringify(url)};
          link.click();
        }, 0)`,
        form: (url: string) => `setTimeout(() => {
          const form = document.body.appendChild(document.createElement('form'));
          form.method = 'post';
          form.action = ${JSON.stringify(url)};
          form.submit();
        }, 0)`,
        fetch: (url: string, method: string) =>
          `fetch(${JSON.stringify(url)}, { method: '${method}', mode: 'no-cors', credentials: 'include' }).then(() => 0)`,
      };
      const cases = [
        { from: HOSTS.a, what: 'a link', method: 'GET', script: ask.link, sent: ALL },
        { from: HOSTS.a, what: 'a form', method: 'POST', script: ask.form, sent: ALL },
        // Same site, although another origin: SameSite is no wall between subdomains.
        { from: HOSTS.subA, what: 'a form', method: 'POST', script: ask.form, sent: ALL },
        { from: HOSTS.subA, what: 'fetch', method: 'GET', script: ask.fetch, sent: ALL },
        { from: HOSTS.b, what: 'a link', method: 'GET', script: ask.link, sent: ['__Host-session', 'lax', 'none'] },
        { from: HOSTS.b, what: 'a form', method: 'POST', script: ask.form, sent: ['none'] },
        // A private window of Chromium and any of Firefox keep other sites' cookies from a page, whatever SameSite says.
        { from: HOSTS.b, what: 'fetch', method: 'GET', script: ask.fetch, sent: [] },
        { from: HOSTS.b, what: 'fetch', method: 'POST', script: ask.fetch, sent: [] },
      ];
      for (const { from, what, method, script, sent } of cases) {
        it(`${what} (${method}) on ${from}: ${sent.join(', ') || 'nothing'} sent`, () =>
          visit(async (visitor) => {
            await signIn(visitor);
            await visitor.goto(fresh(from, '/page'));
            const url = fresh(HOSTS.a, '/seen');
            await visitor.evaluate(script(url, method));
            const arrival = await site.arrival(url);
            assert.equal(arrival.method, method);
            assert.deepEqual(names(arrival), sent);
          }));
      }

      it('fetch on site-b.test: none sent, where the visitor allows the cookies of other sites', async () => {
        const lenient = await open({ thirdParty: true });
        try {
          await visit(async (visitor) => {
            await signIn(visitor);
            await visitor.goto(fresh(HOSTS.b, '/page'));
            for (const method of ['GET', 'POST']) {
              const url = fresh(HOSTS.a, '/seen');
              await visitor.evaluate(ask.fetch(url, method));
              assert.deepEqual(names(await site.arrival(url)), ['none'], method);
            }
          }, lenient);
        } finally {
          await lenient.close();
        }
      });
    });

    describe('renew', () => {
      const prefetches = {
        'a link to prefetch': (url: string) => `(() => {
          const link = document.head.appendChild(document.createElement('link'));
          link.rel = 'prefetch';
          link.href = ${JSON.stringify(url)};
        })()`,
        ...(name === 'Chromium' && {
          'speculation rules': (url: string) => `(() => {
            const rules = document.createElement('script');
            rules.type = 'speculationrules';
            rules.textContent = JSON.stringify({
              prefetch: [{ source: 'list', urls: [${JSON.stringify(url)}], eagerness: 'immediate' }],
            });
            document.head.append(rules);
          })()`,
        }),
      };
      for (const [kind, script] of Object.entries(prefetches)) {
        it(`a prefetch does not renew, the visit does: ${kind}`, () =>
          visit(async (visitor) => {
            await visitor.goto(fresh(HOSTS.a, '/idle/count'));
            visited.now += IDLE / 2;
            await visitor.goto(fresh(HOSTS.a, '/page'));
            const ahead = fresh(HOSTS.a, '/idle');
            await visitor.evaluate(script(ahead));
            const prefetch = await site.arrival(ahead);
            assert.match(prefetch.purpose ?? '', /^prefetch\b/);
            assert.deepEqual(names(prefetch), ['idle']);
            assert.deepEqual(prefetch.setCookies, []);
            // Another address: the browser may show this one from what it fetched ahead.
            const url = fresh(HOSTS.a, '/idle');
            await visitor.goto(url);
            const { purpose, setCookies } = await site.arrival(url);
            assert.equal(purpose, null);
            assert.match(setCookies.join(), /^idle=[^;]+; Path=\/; Max-Age=600; Secure; HttpOnly$/);
          }));
      }
    });
  });
}
