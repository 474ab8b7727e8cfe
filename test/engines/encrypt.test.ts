// Encryption in an engine that has ECMAScript and nothing else: it says what it lacks, and takes it when it is brought.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type Context, createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { importTool, needs, ROOT, toolPath } from '../support/needs.js';

/** `var microdot = ...`: the session and its encryption in one script, with whatever `more` exports. */
async function bundle(more = ''): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { Session } from './dist/session/index.js'; export { jwe } from './dist/encrypt/index.js'; ${more}`,
      resolveDir: ROOT,
    },
    bundle: true,
    format: 'iife',
    globalName: 'microdot',
    target: 'es2022',
    platform: 'neutral',
    write: false,
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  assert.ok(file !== undefined);
  return file.text;
}

/** What jwe() throws there: its code and its words. */
const REFUSAL = `(() => {
  try { microdot.jwe(); } catch (error) { return error.code + ': ' + error.message; }
})()`;

function bareContext(): Context {
  const context = createContext(Object.create(null));
  for (const name of ['console', 'WebAssembly']) runInContext(`delete globalThis.${name};`, context);
  return context;
}

describe('encryption in a bare V8 context', () => {
  let context: Context;
  before(async () => {
    context = bareContext();
    runInContext(await bundle(), context);
  });

  it('encrypt: loads, and sessions that do not encrypt work', () => {
    const code = "new microdot.Session({ secretKey: 'x'.repeat(32) }).encode({ n: 1 }).split('.').length";
    assert.equal(runInContext(code, context), 3);
  });

  it('encrypt: jwe() says that there is no cipher, and which one to bring', () => {
    assert.match(
      String(runInContext(REFUSAL, context)),
      /^ERR_SESSION_BAD_OPTION: .*no.*@noble\/ciphers.*jwe\(\{ cipher: gcm \}\)$/,
    );
  });

  it('encrypt: an imitation of node:crypto that throws counts as none', () => {
    const own = bareContext();
    runInContext(
      `var process = { getBuiltinModule: () => ({ createCipheriv() { throw new Error('not implemented') },
      createDecipheriv() {} }) }`,
      own,
    );
    return bundle().then((code) => {
      runInContext(code, own);
      assert.match(String(runInContext(REFUSAL, own)), /^ERR_SESSION_BAD_OPTION: .*@noble\/ciphers/);
    });
  });
});

describe('encryption with a cipher that is brought', needs.tool('@noble/ciphers'), () => {
  let code: string;
  before(async () => {
    await importTool('@noble/ciphers/aes.js');
    code = await bundle(`export { gcm } from ${JSON.stringify(toolPath('@noble/ciphers/aes.js'))};`);
  });

  it('encrypt: works where there are random bytes', () => {
    const context = bareContext();
    runInContext('var crypto = { getRandomValues(bytes) { bytes.fill(7); return bytes; } }', context);
    runInContext(code, context);
    const script = `(() => {
      const encrypt = microdot.jwe({ cipher: microdot.gcm });
      const session = new microdot.Session({ secretKey: 'x'.repeat(32), encrypt });
      return JSON.stringify(session.decode(session.encode({ city: 'Zürich', key: '🔑' })));
    })()`;
    assert.equal(runInContext(script, context), '{"city":"Zürich","key":"🔑"}');
  });

  it('encrypt: says so where there are none', () => {
    const context = bareContext();
    runInContext(code, context);
    const refusal = REFUSAL.replace('jwe()', 'jwe({ cipher: microdot.gcm })');
    assert.match(String(runInContext(refusal, context)), /^ERR_SESSION_BAD_OPTION: .*crypto\.getRandomValues/);
  });
});
