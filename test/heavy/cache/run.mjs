// A real shared cache in front of sessions: nobody meets another visitor's page or cookie, and without the headers somebody does.
// node test/heavy/cache/run.mjs; exit status 1 on a crossing, or when there is none where the headers are missing.
import { Agent } from 'node:http';
import { ask, keep } from '../support/ask.mjs';
import { accepts, exitOnSignals, freePorts, startNginx } from '../support/nginx.mjs';
import { IDLE_TIMEOUT, STYLES, serveApp } from './app.mjs';

/** Every cache stores for a minute what nothing forbids. */
const CACHES = {
  // nginx as it comes: it keeps no response that sets a cookie.
  careful: '',
  // The setting of CVE-2023-30861: responses are stored together with their Set-Cookie.
  careless: 'proxy_ignore_headers Set-Cookie;',
  // No header of the application counts: nothing that it says can help.
  deaf: 'proxy_ignore_headers Set-Cookie Cache-Control Expires Vary;',
};
const KINDS = ['without', 'read', 'save', 'renew', 'logout'];
/** Where somebody must meet another visitor's page or cookie once `cacheHeaders` is false. */
const LEAKS_WITHOUT = {
  careful: ['read'],
  careless: ['read', 'save', 'renew', 'logout'],
};

const say = (line) => process.stdout.write(`${line}\n`);
let failures = 0;
function expect(truth, line) {
  if (truth) return;
  failures++;
  say(`FAILED: ${line}`);
}

const agent = new Agent({ keepAlive: true });
const clock = { shift: 0 };
const mended = new Map();
let outputs = 0;

/** Four visitors ask for one page twice: two with sessions of their own, two without. Counts what is somebody else's. */
async function visitAll(port, kind, style) {
  clock.shift = 0;
  const visitors = [];
  for (const name of ['ada', 'bob', 'anonymous', 'anonymous too']) {
    const visitor = { name, number: null, cookie: '', tokens: [], statuses: [], seen: [] };
    if (!name.startsWith('anonymous')) {
      const { body, headers } = await ask({ agent, port, path: '/login', method: 'POST' });
      receive(visitor, body, headers);
    }
    visitors.push(visitor);
  }
  // Past half of the idle time, where a read sends the cookie again.
  if (kind === 'renew') clock.shift = IDLE_TIMEOUT * 0.6;
  const path = `/${kind}/${style}?${++outputs}`;
  for (const visitor of [...visitors, ...visitors]) {
    const { status, headers, body } = await ask({ agent, port, path, cookie: visitor.cookie });
    if (status !== 200) throw new Error(`status ${status} for ${path}`);
    visitor.statuses.push(headers['x-cache-status']);
    visitor.last = headers;
    receive(visitor, body, headers);
  }
  return { visitors, crossed: crossings(visitors) };
}

/** What an answer shows and sets, as the visitor gets it. */
function receive(visitor, body, headers) {
  const { visitor: number } = JSON.parse(body);
  if (number !== null) visitor.seen.push(number);
  for (const line of headers['set-cookie'] ?? []) {
    const token = /^session=([^;]+)/.exec(line)?.[1];
    if (token !== undefined) visitor.tokens.push(numberIn(token));
  }
  visitor.cookie = keep(visitor.cookie, headers);
}

const numberIn = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).visitor;

/** Pages and cookies that carry the number of a visitor who had it before. */
function crossings(visitors) {
  const owners = new Map();
  const crossed = { pages: 0, cookies: 0 };
  const claim = (visitor, number, what) => {
    const owner = owners.get(number) ?? visitor;
    owners.set(number, owner);
    if (owner !== visitor) crossed[what]++;
  };
  for (const visitor of visitors) {
    for (const number of visitor.seen) claim(visitor, number, 'pages');
    for (const number of visitor.tokens) claim(visitor, number, 'cookies');
  }
  return crossed;
}

async function cell(cache, port, cacheHeaders, kind) {
  let pages = 0;
  let cookies = 0;
  for (const style of Object.keys(STYLES)) {
    const { visitors, crossed } = await visitAll(port, kind, style);
    pages += crossed.pages;
    cookies += crossed.cookies;
    const statuses = visitors.map((visitor) => visitor.statuses.join('+')).join(' ');
    const { 'cache-control': cacheControl = '-', vary = '-' } = visitors[0].last;
    const marks =
      crossed.pages + crossed.cookies === 0 ? '' : `   CROSSED ${crossed.pages} pages, ${crossed.cookies} cookies`;
    say(`${`/${kind}/${style}`.padEnd(17)} ${statuses.padEnd(44)} ${cacheControl} | ${vary}${marks}`);
    if (kind === 'without') expect(visitors[3].statuses[1] === 'HIT', `${cache}: a page without session is not cached`);
    if (cacheHeaders && cache !== 'deaf' && /^(read|renew)$/.test(kind) && style === 'public') {
      expect(visitors[3].statuses[1] === 'HIT', `${cache}: what the application calls public is not cached`);
    }
  }
  return { pages, cookies };
}

async function run() {
  const caches = Object.keys(CACHES);
  const apps = [true, false];
  const ports = await freePorts(2 + caches.length * 2);
  const servers = [];
  const running = apps.map((cacheHeaders, index) => {
    const onEvent = ({ type, removed }) => {
      if (type === 'cache-header') mended.set(removed.join(), (mended.get(removed.join()) ?? 0) + 1);
    };
    return serveApp({ port: ports[index], cacheHeaders, onEvent, clock });
  });
  await Promise.all(ports.slice(0, 2).map(accepts));
  let front = 2;
  const fronts = [];
  for (const [index, cacheHeaders] of apps.entries()) {
    for (const cache of caches) {
      fronts.push({ cache, cacheHeaders, port: ports[front] });
      servers.push(`server {
    listen 127.0.0.1:${ports[front++]};
    location / {
      proxy_pass http://127.0.0.1:${ports[index]};
      proxy_cache ${cache}${index};
      proxy_cache_valid 200 60s;
      ${CACHES[cache]}
      add_header X-Cache-Status $upstream_cache_status always;
    }
  }`);
    }
  }
  const zones = caches.flatMap((cache) =>
    [0, 1].map((n) => `proxy_cache_path ${cache}${n} keys_zone=${cache}${n}:1m;`),
  );
  const nginx = await startNginx([...zones, ...servers].join('\n  '), fronts[0].port);

  for (const { cache, cacheHeaders, port } of fronts) {
    say(`\n${cache} cache, cacheHeaders: ${cacheHeaders}   (${CACHES[cache] || 'nginx as it comes'})`);
    say(
      `${'page'.padEnd(17)} ${'X-Cache-Status: ada, bob, anonymous, another'.padEnd(44)} Cache-Control | Vary as ada got them`,
    );
    const leaks = [];
    let [pages, cookies] = [0, 0];
    for (const kind of KINDS) {
      const crossed = await cell(cache, port, cacheHeaders, kind);
      pages += crossed.pages;
      cookies += crossed.cookies;
      if (crossed.pages + crossed.cookies > 0) leaks.push(kind);
    }
    say(`note: ${cache} cache, cacheHeaders ${cacheHeaders}: ${pages} pages and ${cookies} cookies of somebody else`);
    if (cache === 'deaf') expect(leaks.length > 0, 'the deaf cache mixes up nobody: say so in the documents');
    else {
      const expected = cacheHeaders ? [] : LEAKS_WITHOUT[cache];
      expect(leaks.join() === expected.join(), `${cache}, cacheHeaders ${cacheHeaders}: crossed on [${leaks.join()}]`);
    }
  }
  say(`\nevents cache-header, by what was removed: ${[...mended].map(([what, n]) => `${what}: ${n}`).join('; ')}`);
  expect(mended.size > 0, 'no cache-header event');
  await nginx.stop();
  for (const app of running) app.shutdown();
}

exitOnSignals();
try {
  await run();
} catch (error) {
  expect(false, error.stack);
}
say(failures === 0 ? 'cache: passed' : `cache: ${failures} failed`);
process.exit(failures === 0 ? 0 : 1);
