// The runtimes' own servers: app.run() on Node, Bun and Deno, and the fetch host on those whose server takes a handler.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createBundle, Workspace } from './bundle.js';
import { N1, SECRET } from './cases/tokens.js';
import { type Program, program, Serving } from './processes.js';
import { bun, DENO_RUN, DENO_SERVE, deno } from './runtimes.js';
import { PREFIX } from './site.js';

/** Both print where they listen, as run() does. */
const RUN = `
  import { site } from './suite.mjs';
  site.tellSecret('${SECRET}');
  await site.app.run({ host: '127.0.0.1', port: 0 });
`;
const HANDLER = `
  import { site } from './suite.mjs';
  site.tellSecret('${SECRET}');
  const hostname = '127.0.0.1';
  const say = (port) => console.log('http://' + hostname + ':' + port);
  if (globalThis.Bun) say(Bun.serve({ hostname, port: 0, fetch: site.fetch }).port);
  else Deno.serve({ hostname, port: 0, onListen: ({ port }) => say(port) }, site.fetch);
`;

interface Server {
  readonly name: string;
  readonly program: Program;
  readonly args: readonly string[];
  readonly main: string;
}

const BUN = { program: bun, args: ['run', '--no-install'] };
const DENO = { program: deno, args: [...DENO_RUN, DENO_SERVE] };

const SERVERS: readonly Server[] = [
  ...[20, 22, 24, 26].map((major) => ({
    name: `app.run() on Node ${major}`,
    program: program(`node${major}/bin/node`),
    args: [],
    main: RUN,
  })),
  { name: 'app.run() on Bun', ...BUN, main: RUN },
  { name: 'app.run() on Deno', ...DENO, main: RUN },
  { name: 'Bun.serve', ...BUN, main: HANDLER },
  { name: 'Deno.serve', ...DENO, main: HANDLER },
];

for (const { name, program: runtime, args, main } of SERVERS) {
  describe(name, runtime.need, () => {
    let workspace: Workspace;
    let serving: Serving;
    before(async () => {
      workspace = new Workspace(await createBundle());
      serving = await Serving.start(runtime, [...args, workspace.write('main.mjs', main)], workspace);
    });
    after(async () => {
      await serving?.stop();
      workspace?.remove();
    });

    const ask = (path: string, init?: RequestInit): Promise<Response> => fetch(serving.url + PREFIX + path, init);

    const counters = main === RUN ? ['session /count'] : ['session /count', 'hosted /hosted'];
    for (const counter of counters) {
      const [cookie, path = ''] = counter.split(' ');
      it(`S7: ${path} counts, cookie back and forth`, async () => {
        const first = await ask(path);
        assert.deepEqual(first.headers.getSetCookie(), [`${cookie}=${N1}; Path=/; HttpOnly`]);
        assert.equal(await first.text(), '{"n":1}');
        const second = await ask(path, { headers: { Cookie: `${cookie}=${N1}` } });
        assert.equal(await second.text(), '{"n":2}');
      });
    }

    it('H2, H4: gets a body, and streams one', async () => {
      const headers = { 'Content-Type': 'application/json' };
      const echoed = await ask('/echo', { method: 'POST', headers, body: '{"city":"Zürich"}' });
      assert.equal(await echoed.text(), '{"got":{"city":"Zürich"}}');
      assert.equal(await (await ask('/stream')).text(), 'Zürich');
    });
  });
}
