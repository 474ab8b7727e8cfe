// Every runtime that the suite is run on: how, and what it lacks.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openChromium, openFirefox } from '../browser/drivers.js';
import { type Need, needs } from '../support/needs.js';
import { type Bundle, cipher, type Workspace } from './bundle.js';
import { EDGE_VM, runEdgeVm } from './edge-vm.js';
import { runPage, runServiceWorker } from './pages.js';
import { program, runProcess } from './processes.js';
import type { Report } from './suite.js';
import { runWorkerd, workerd } from './workerd.js';

/** What came of the suite on a runtime. */
export interface Ran {
  readonly version: string;
  readonly report: Report;
}

export interface Runtime {
  readonly name: string;
  readonly need: Need;
  /** Whether its version is pinned in a package.json, and so may stand in a committed table. */
  readonly pinned: boolean;
  /** The cases, or groups of cases, that may be skipped, with their reasons: these, and no others. */
  readonly skips: Readonly<Record<string, string>>;
  run(bundle: Bundle, workspace: Workspace): Promise<Ran> | Ran;
}

const NO_SERVER = { 'app.run': 'ERR_APP_NO_SERVER' };
const NO_AES = {
  "encryption: encrypt: with the runtime's own AES": 'no AES that does not wait',
  'encryption: encrypt: both read each other, and signed tokens while they move': 'no AES that does not wait',
};
/** oven-sh/bun#8530: the type is added when Bun's own server sends the Response. */
const NO_TYPE = {
  'app.fetch: H2: a web Response of text keeps the type that it has by itself':
    'a web Response of text has no type here',
};
const NO_COOKIE = 'scripts may not name Cookie and Set-Cookie here';
const NO_COOKIES = { 'sessions by app.fetch': NO_COOKIE, 'sessions by the fetch host': NO_COOKIE };

/** A checkout without tools/ has no cipher to bring. In CI that is an error before anything runs. */
const NO_CIPHER: Runtime['skips'] =
  cipher.skip === undefined
    ? {}
    : {
        'encryption: encrypt: with a cipher that is brought': '@noble/ciphers is not installed',
        'encryption: encrypt: both read each other, and signed tokens while they move':
          '@noble/ciphers is not installed',
      };

export const bun = program('@oven/bun-linux-x64/bin/bun');
export const deno = program('@deno/linux-x64-glibc/deno');
/** Nothing is granted, and nobody is asked. The other flags keep it from looking for what is not there. */
export const DENO_RUN = ['run', '--no-prompt', '--no-config', '--no-lock', '--no-remote', '--no-npm'];

/** What it takes to serve. */
export const DENO_SERVE = '--allow-net=127.0.0.1';

const node = (major: number): Runtime => {
  const binary = program(`node${major}/bin/node`);
  return {
    name: `Node ${major}`,
    need: binary.need,
    pinned: true,
    skips: NO_CIPHER,
    run: (_, workspace) => runProcess(binary, [], workspace),
  };
};

/** The Node that runs the tests, in its own process. Not in the table: it is another one everywhere. */
export const IN_PROCESS: Runtime = {
  name: 'the Node of the tests',
  need: needs.node('its own process is the one that is meant'),
  pinned: false,
  skips: NO_CIPHER,
  async run(_, { folder }) {
    const { report }: { readonly report: () => Promise<Report> } = await import(
      pathToFileURL(join(folder, 'suite.mjs')).href
    );
    return { version: process.version, report: await report() };
  },
};

export const RUNTIMES: readonly Runtime[] = [
  ...[20, 22, 24, 26].map(node),
  {
    name: 'Bun',
    need: bun.need,
    pinned: true,
    skips: { ...NO_CIPHER, ...NO_TYPE },
    run: (_, workspace) => runProcess(bun, ['run', '--no-install'], workspace),
  },
  {
    name: 'Deno without permissions',
    need: deno.need,
    pinned: true,
    // It has one, and may not listen.
    skips: { ...NO_CIPHER, 'app.run': 'ERR_APP_LISTEN' },
    run: (_, workspace) => runProcess(deno, DENO_RUN, workspace),
  },
  {
    name: 'Deno with `--allow-net`',
    need: deno.need,
    pinned: true,
    skips: NO_CIPHER,
    run: (_, workspace) => runProcess(deno, [...DENO_RUN, DENO_SERVE], workspace),
  },
  {
    name: 'workerd',
    need: workerd.need,
    pinned: true,
    skips: { ...NO_CIPHER, ...NO_AES, ...NO_SERVER },
    run: (_, workspace) => runWorkerd([], workspace),
  },
  {
    name: 'workerd with `nodejs_compat`',
    need: workerd.need,
    pinned: true,
    skips: { ...NO_CIPHER, ...NO_SERVER },
    run: (_, workspace) => runWorkerd(['nodejs_compat'], workspace),
  },
  {
    name: 'Edge VM',
    need: needs.tool(EDGE_VM),
    pinned: true,
    skips: { ...NO_CIPHER, ...NO_AES, ...NO_SERVER },
    run: (bundle) => runEdgeVm(bundle),
  },
  {
    name: 'Chromium page',
    need: needs.chromium(),
    pinned: false,
    skips: { ...NO_CIPHER, ...NO_AES, ...NO_SERVER, ...NO_COOKIES },
    run: (bundle) => runPage(openChromium, bundle),
  },
  {
    name: 'Chromium service worker',
    need: needs.chromium(),
    pinned: false,
    skips: { ...NO_CIPHER, ...NO_AES, ...NO_SERVER, ...NO_COOKIES },
    run: (bundle) => runServiceWorker(openChromium, bundle),
  },
  {
    name: 'Firefox page',
    need: needs.firefox(),
    pinned: false,
    skips: { ...NO_CIPHER, ...NO_AES, ...NO_SERVER, ...NO_COOKIES },
    run: (bundle) => runPage(openFirefox, bundle),
  },
];
