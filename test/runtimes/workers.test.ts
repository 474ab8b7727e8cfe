// The application in a worker, over HTTP: made when the module is loaded, its secret from the environment of the request.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openChromium } from '../browser/drivers.js';
import { needs } from '../support/needs.js';
import { type Bundle, createBundle, Workspace } from './bundle.js';
import { N1 } from './cases/tokens.js';
import { registerWorker, textOf, visitPage } from './pages.js';
import { PREFIX } from './site.js';
import { Workerd, workerd } from './workerd.js';

const ECHO = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"city":"Zürich"}' };

for (const hasNode of [false, true]) {
  describe(`an application in workerd, ${hasNode ? 'with' : 'without'} nodejs_compat`, workerd.need, () => {
    let workspace: Workspace;
    let worker: Workerd;
    before(async () => {
      workspace = new Workspace(await createBundle());
      worker = await Workerd.start(workspace, hasNode ? ['nodejs_compat'] : []);
    });
    after(async () => {
      await worker?.stop();
      workspace?.remove();
    });

    const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(worker.url + PREFIX + path, init);

    it('S7: counts, cookie back and forth', async () => {
      const first = await ask('/count');
      assert.deepEqual(first.headers.getSetCookie(), [`session=${N1}; Path=/; HttpOnly`]);
      assert.equal(await first.text(), '{"n":1}');
      const second = await ask('/count', { headers: { Cookie: `session=${N1}` } });
      assert.equal(await second.text(), '{"n":2}');
    });

    it('S7: counts on the fetch host, too', async () => {
      const first = await ask('/hosted');
      assert.deepEqual(first.headers.getSetCookie(), [`hosted=${N1}; Path=/; HttpOnly`]);
      assert.equal(await first.text(), '{"n":1}');
      const second = await ask('/hosted', { headers: { Cookie: `hosted=${N1}` } });
      assert.equal(await second.text(), '{"n":2}');
    });

    it('H2, H4: gets a body, and streams one', async () => {
      assert.equal(await (await ask('/echo', ECHO)).text(), '{"got":{"city":"Zürich"}}');
      const streamed = await ask('/stream');
      assert.equal(streamed.headers.get('content-length'), null);
      assert.equal(await streamed.text(), 'Zürich');
    });

    it(`debug: warnings are printed, and NODE_ENV is ${hasNode ? 'a binding' : 'unknown'}`, async () => {
      for (const path of ['/unsaved', '/large']) assert.equal((await ask(path)).status, 200);
      const printed = await worker.printed('WARN_SESSION_LARGE');
      assert.equal(printed.includes('WARN_SESSION_UNSAVED'), hasNode);
    });

    it(`encrypt: ${hasNode ? 'works' : 'is not possible'} with its own AES, made when the module is loaded`, async () => {
      const sealed = await ask('/sealed');
      assert.equal(sealed.status, hasNode ? 200 : 404);
      if (!hasNode) return;
      const [cookie] = sealed.headers.getSetCookie();
      assert.match(cookie, /^sealed=[\w-]+\.\.[\w-]{16}\.[\w-]+\.[\w-]{22}; Path=\/; HttpOnly$/);
      const again = await ask('/sealed', { headers: { Cookie: cookie.split(';', 1)[0] } });
      assert.equal(await again.text(), '{"n":2}');
    });
  });
}

describe('an application in a service worker, in Chromium', needs.chromium(), () => {
  let bundle: Bundle;
  before(async () => {
    bundle = await createBundle();
  });

  const inPage = (expression: string): Promise<unknown> =>
    visitPage(openChromium, bundle, async (visitor) => {
      await registerWorker(visitor);
      return JSON.parse(await textOf(visitor, `(${expression}).then(JSON.stringify)`));
    });

  it('H2, H4: answers the requests of a page', async () => {
    const echo = `fetch('${PREFIX}/echo', ${JSON.stringify(ECHO)}).then((response) => response.json())`;
    assert.deepEqual(await inPage(echo), { got: { city: 'Zürich' } });
    assert.equal(await inPage(`fetch('${PREFIX}/stream').then((response) => response.text())`), 'Zürich');
  });

  it('S7: has no cookies, so a session in one is empty every time', async () => {
    const twice = `(async () => {
      const answers = [];
      for (const path of ['count', 'count', 'hosted', 'hosted']) {
        answers.push((await (await fetch('${PREFIX}/' + path)).json()).n);
      }
      return [...answers, document.cookie];
    })()`;
    assert.deepEqual(await inPage(twice), [1, 1, 1, 1, '']);
  });
});
