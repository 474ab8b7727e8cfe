// What loadSecret accepts and refuses, each file with its code.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';

import { loadSecret } from '../../dist/secret/index.js';
import { assertCode, KEY_FILE, newFolder } from './support.js';

const SECRET = 'a secret of our own, longer than 32 bytes';
const GENERATED = 'J2fXq-0vYb7uN1mZ_5sKd9RtGhWc3LxEoPaVi84TyQk';
const posix = process.platform === 'win32' ? { skip: 'Windows has neither modes nor free symbolic links' } : {};

function load(path: string, content: string | Uint8Array): string {
  writeFileSync(path, content, { mode: 0o600 });
  const secret = loadSecret(path);
  assert.deepEqual(readFileSync(path), Buffer.from(content), 'an existing file is never changed');
  return secret;
}

test('makes a key where there is none, and reads it from then on', (t) => {
  const folder = newFolder(t);
  const path = join(folder, 'session.key');
  const secret = loadSecret(path);
  assert.match(readFileSync(path, 'latin1'), KEY_FILE);
  assert.equal(`${secret}\n`, readFileSync(path, 'latin1'));
  assert.equal(Buffer.from(secret, 'base64url').length, 32);
  assert.equal(loadSecret(path), secret);
  assert.equal(loadSecret(pathToFileURL(path)), secret);
  assert.deepEqual(readdirSync(folder).sort(), ['session.key'], 'no lock and no temporary file stays');
});

test('a key that is made has mode 0600', posix, (t) => {
  const path = join(newFolder(t), 'session.key');
  loadSecret(path);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('two keys are never the same', (t) => {
  const folder = newFolder(t);
  assert.notEqual(loadSecret(join(folder, 'a')), loadSecret(join(folder, 'b')));
});

test('exactly one trailing LF or CR LF is dropped', (t) => {
  const path = join(newFolder(t), 'k');
  const files: readonly (readonly [string, string])[] = [
    [SECRET, SECRET],
    [`${SECRET}\n`, SECRET],
    [`${SECRET}\r\n`, SECRET],
    [`${SECRET}\n\n`, `${SECRET}\n`],
    [`${SECRET}\r\n\r\n`, `${SECRET}\r\n`],
    [`${SECRET}\r\r\n`, `${SECRET}\r`],
    [` ${SECRET} \n`, ` ${SECRET} `],
    [`${SECRET}\t\n`, `${SECRET}\t`],
    [`\n${SECRET}`, `\n${SECRET}`],
  ];
  for (const [content, secret] of files) assert.equal(load(path, content), secret, JSON.stringify(content));
});

test('a secret of our own is read as it is: short, long, not ASCII, without line end', (t) => {
  const path = join(newFolder(t), 'k');
  for (const secret of [
    'dev',
    'twenty-characters-ab',
    'correct horse battery',
    '0123456789abcdef0123456789abcdef',
    'Xk29fjQmz81LpaWc03TbYr56VnHd74Es',
    'schlüssel-für-die-sitzung-😀',
    GENERATED,
    'k'.repeat(65_536),
  ]) {
    assert.equal(load(path, secret), secret);
    if (secret.length < 65_536) assert.equal(load(path, `${secret}\n`), secret);
  }
});

test('a prefix of a generated key is ERR_SECRET_TRUNCATED while it is shorter than a secret should be', (t) => {
  const path = join(newFolder(t), 'k');
  for (let length = 4; length < 32; length++) {
    const cut = GENERATED.slice(0, length);
    assertCode(() => load(path, cut), 'ERR_SECRET_TRUNCATED', cut);
    assert.equal(load(path, `${cut}\n`), cut, 'a line end says that it is whole');
  }
  assert.equal(load(path, GENERATED.slice(0, 32)), GENERATED.slice(0, 32));
});

test('every unusable file has its code, and no message tells what is in it', (t) => {
  const path = join(newFolder(t), 'k');
  const utf8 = Buffer.from(`${SECRET} ü`);
  const files: readonly (readonly [string | Uint8Array, string])[] = [
    ['', 'ERR_SECRET_EMPTY'],
    ['\n', 'ERR_SECRET_EMPTY'],
    ['\r\n', 'ERR_SECRET_EMPTY'],
    ['\n\n', 'ERR_SECRET_EMPTY'],
    [' \t\n', 'ERR_SECRET_EMPTY'],
    ['\0'.repeat(44), 'ERR_SECRET_TRUNCATED'],
    [`${SECRET}\0`, 'ERR_SECRET_TRUNCATED'],
    [`${SECRET}\n\0\0\0`, 'ERR_SECRET_TRUNCATED'],
    [utf8.subarray(0, -1), 'ERR_SECRET_TRUNCATED'],
    [`${SECRET}\r`, 'ERR_SECRET_TRUNCATED'],
    [`${SECRET}\0${SECRET}`, 'ERR_SECRET_NOT_TEXT'],
    [`${SECRET}\0${SECRET}\0`, 'ERR_SECRET_NOT_TEXT'],
    [`${SECRET}\x1b[0m\n`, 'ERR_SECRET_NOT_TEXT'],
    [`${SECRET}\x7f\n`, 'ERR_SECRET_NOT_TEXT'],
    [`${SECRET}\u0085\n`, 'ERR_SECRET_NOT_TEXT'],
    [`\ufeff${SECRET}\n`, 'ERR_SECRET_NOT_TEXT'],
    [Buffer.from(`${SECRET} \xfc\n`, 'latin1'), 'ERR_SECRET_NOT_TEXT'],
    [Buffer.from(`\ufeff${SECRET}`, 'utf16le'), 'ERR_SECRET_NOT_TEXT'],
    [Buffer.from([0xed, 0xa0, 0x80, 0x0a]), 'ERR_SECRET_NOT_TEXT'],
    ['k'.repeat(65_537), 'ERR_SECRET_NOT_TEXT'],
  ];
  for (const [content, code] of files) assertCode(() => load(path, content), code, SECRET);
});

test('a path that can be none is ERR_SECRET_BAD_PATH', (t) => {
  const folder = newFolder(t);
  writeFileSync(join(folder, 'file'), SECRET);
  const paths: readonly unknown[] = [
    '',
    'a\0b',
    null,
    undefined,
    3,
    ['session.key'],
    Buffer.from('session.key'),
    new URL('https://example.com/session.key'),
    new URL('file:///a%2Fb'),
    join(folder, 'file', 'session.key'),
    join(folder, 'k'.repeat(300)),
    // Room for the name, none for that of its lock.
    join(folder, 'k'.repeat(253)),
  ];
  // Callers without types pass such things.
  for (const path of paths) assertCode(() => loadSecret(path as string), 'ERR_SECRET_BAD_PATH', SECRET);
});

test('a folder is ERR_SECRET_NOT_A_FILE, also one that does not exist', (t) => {
  const folder = newFolder(t);
  for (const path of [folder, `${folder}/`, `${folder}/none/`, '.', '..']) {
    assertCode(() => loadSecret(path), 'ERR_SECRET_NOT_A_FILE');
  }
  assert.deepEqual(readdirSync(folder).sort(), []);
});

test('a device is ERR_SECRET_NOT_A_FILE', posix, () => {
  assertCode(() => loadSecret('/dev/null'), 'ERR_SECRET_NOT_A_FILE');
});

test('a folder that does not exist is ERR_SECRET_UNWRITABLE and is not made', (t) => {
  const folder = newFolder(t);
  assertCode(() => loadSecret(join(folder, 'none', 'session.key')), 'ERR_SECRET_UNWRITABLE');
  assert.deepEqual(readdirSync(folder).sort(), []);
});

test('symbolic links are followed, as mounted secrets need it', posix, (t) => {
  const folder = newFolder(t);
  mkdirSync(join(folder, '..2026'));
  writeFileSync(join(folder, '..2026', 'key'), SECRET, { mode: 0o600 });
  symlinkSync('..2026', join(folder, '..data'));
  symlinkSync('..data/key', join(folder, 'key'));
  assert.equal(loadSecret(join(folder, 'key')), SECRET);
});

test('a symbolic link to nothing is ERR_SECRET_UNREADABLE, and nothing is written through it', posix, (t) => {
  const folder = newFolder(t);
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'key'));
  symlinkSync('loop', join(folder, 'loop'));
  assertCode(() => loadSecret(join(folder, 'key')), 'ERR_SECRET_UNREADABLE');
  assertCode(() => loadSecret(join(folder, 'loop')), 'ERR_SECRET_UNREADABLE');
  assert.deepEqual(readdirSync(folder).sort(), ['key', 'loop']);
});
