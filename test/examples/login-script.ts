// What a visitor of a login example does, whatever framework it is made with: the same steps, the same pages.
import assert from 'node:assert/strict';
import { openBrowser, type Page } from '../hosts/support/serve.js';

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

/** The seconds of the cookie's Max-Age. */
const maxAge = ({ setCookie }: Page): number => Number(/; Max-Age=(\d+)/.exec(setCookie.join())?.[1]);
const says = ({ body }: Page): string | undefined => /<p role="status">([^<]*)<\/p>/.exec(body)?.[1];

/** Walks through an example at `url`. */
export async function visitLogin(url: string): Promise<void> {
  const browser = openBrowser(url);
  const post = (path: string, form = ''): Promise<Page> => browser.request('POST', path, FORM, form);

  const first = await browser.get('/');
  assert.equal(first.status, 200);
  assert.equal(first.headers.get('content-type')?.toLowerCase(), 'text/html; charset=utf-8');
  assert.match(first.body, /<form method="post" action="\/login">/);
  assert.deepEqual(first.setCookie, [], 'a visitor who does nothing gets no cookie');

  const wrong = await post('/login', 'name=ada&password=wrong');
  assert.deepEqual([wrong.status, wrong.headers.get('location')], [303, '/']);
  assert.equal(says(await browser.get('/')), 'No such name and password.');
  assert.equal(says(await browser.get('/')), undefined, 'a flash message is shown once');

  const right = await post('/login', 'name=ada&password=lovelace');
  assert.deepEqual([right.status, right.headers.get('location')], [303, '/']);
  assert.equal(maxAge(right), 60 * 60);
  assert.match(right.setCookie[0] ?? '', /^session=[\w.-]+; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax$/);
  const home = await browser.get('/');
  assert.equal(says(home), 'Welcome back.');
  assert.match(home.body, /You are <strong>ada<\/strong>/);
  assert.equal(home.headers.get('vary')?.includes('Cookie'), true);

  const out = await post('/logout');
  assert.deepEqual([out.status, out.headers.get('location')], [303, '/']);
  const after = await browser.get('/');
  assert.equal(says(after), 'You are logged out.');
  assert.match(after.body, /action="\/login"/);

  const remembered = await post('/login', 'name=ada&password=lovelace&remember=on');
  assert.equal(maxAge(remembered), 30 * 24 * 60 * 60);

  browser.setCookie('session', `${browser.cookie('session')}x`);
  assert.match((await browser.get('/')).body, /action="\/login"/, 'a forged cookie is nobody');

  const hostile = await post('/login', `name=${encodeURIComponent('<script>')}&password=x`);
  assert.equal(hostile.status, 303);
  assert.doesNotMatch((await browser.get('/')).body, /<script>/);
}

/** Two devices of one visitor, and one of another who is nobody: a list, a new id at the login, "log out everywhere". */
export async function visitDevices(url: string): Promise<void> {
  const [phone, laptop] = [openBrowser(url), openBrowser(url)];
  const logIn = (browser: typeof phone): Promise<Page> =>
    browser.request('POST', '/login', FORM, 'name=ada&password=lovelace');

  await phone.request('POST', '/login', FORM, 'name=ada&password=wrong');
  const planted = phone.cookie('session');
  await logIn(phone);
  assert.notEqual(phone.cookie('session'), planted, 'a login has a new id');
  await logIn(laptop);
  const devices = ({ body }: Page): number => body.match(/<li>/g)?.length ?? 0;
  const home = await phone.get('/');
  assert.equal(devices(home), 2);
  assert.equal(home.body.match(/\(this one\)/g)?.length, 1);

  const copy = openBrowser(url);
  copy.setCookie('session', laptop.cookie('session') ?? '');
  assert.match((await copy.get('/')).body, /You are <strong>ada<\/strong>/);

  await phone.request('POST', '/everywhere', FORM, '');
  const after = await phone.get('/');
  assert.deepEqual([says(after), devices(after)], ['Logged out elsewhere: 1.', 1]);
  for (const browser of [laptop, copy]) assert.match((await browser.get('/')).body, /action="\/login"/);

  copy.setCookie('session', phone.cookie('session') ?? '');
  await phone.request('POST', '/logout', FORM, '');
  assert.match((await copy.get('/')).body, /action="\/login"/, 'a copy of the cookie is over too');
}
