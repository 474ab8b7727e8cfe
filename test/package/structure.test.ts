// Imports point one way: architecture as a test.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../support/needs.js';
import { importViolations } from './import-rules.js';

const SRC = join(ROOT, 'src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts'));

describe('the imports of src/', () => {
  it('point one way', () => {
    assert.deepEqual(
      files.flatMap((file) => importViolations(file, readFileSync(join(SRC, file), 'utf8'))),
      [],
    );
  });
});

describe('the checker of imports', () => {
  const bad: readonly (readonly [file: string, source: string])[] = [
    ['bytes/utf8.ts', "import { hmac } from '../crypto/hmac.js';"],
    ['crypto/hmac.ts', "import type { Header } from '../jwt/header.js';"],
    ['cookie/parse.ts', "import { encode } from '../jwt/encode.js';"],
    ['jwt/encode.ts', "export { serialize } from '../cookie/serialize.js';"],
    ['session/session.ts', "import { Microdot } from '../microdot/app.js';"],
    ['session/session.ts', "import { createHmac } from 'node:crypto';"],
    ['session/formats.ts', "import { jwe } from '../encrypt/jwe.js';"],
    ['encrypt/aes-gcm.ts', "import { createCipheriv } from 'node:crypto';"],
    ['encrypt/aes-gcm.ts', "import { gcm } from '@noble/ciphers/aes.js';"],
    ['session/session.ts', "export const load = () => import('node:crypto');"],
    ['crypto/native-hash.ts', "const crypto = require('node:crypto');"],
    ['session/session.ts', "import { z } from 'zod';"],
    ['session/session.ts', "import 'side-effect';"],
    ['microdot/app.ts', "import { Session } from '../session/session.js';"],
    ['microdot/app.ts', "import { SESSION, other } from '../session/host.js';"],
    ['microdot/app.ts', "import { type SessionLike } from '../session/host.js';"],
    ['microdot/app.ts', "import * as host from '../session/host.js';"],
    ['microdot/app.ts', "import {\n  createServer,\n} from 'node:http';"],
    ['hosts/express.ts', "import { jar } from './node.js';"],
    ['hosts/express.ts', "import { decode } from '../jwt/decode.js';"],
    ['newcomer/a.ts', "import { ValueError } from '../errors.js';"],
    ['errors.ts', "import { warn } from './platform.js';"],
  ];
  for (const [file, source] of bad) {
    it(`finds ${JSON.stringify(source)} in src/${file}`, () => {
      assert.equal(importViolations(file, source).length, 1);
    });
  }

  const good: readonly (readonly [file: string, source: string])[] = [
    ['crypto/hmac.ts', "import { sha256 } from './sha256.js';\nimport { utf8 } from '../bytes/utf8.js';"],
    ['microdot/app.ts', "import { SESSION, type SessionLike } from '../session/host.js';"],
    ['microdot/app.ts', "import type { Session } from '../session/session.js';"],
    ['microdot/serve-node.ts', "import { createServer } from 'node:http';"],
    ['microdot/app.ts', "const serve = await import('./serve.js');"],
    ['secret/secret.ts', "import { open } from 'node:fs';"],
    ['encrypt/open.ts', "import { candidates } from '../jwt/key-ring.js';"],
    ['hosts/express.ts', "import type { Request } from 'express';"],
    [
      'session/index.ts',
      "/**\n * ```ts\n * import { Microdot } from 'microdot';\nimport x from 'y';\n */\nexport const a = 1;",
    ],
    ['session/index.ts', "// import { Microdot } from 'microdot';"],
  ];
  for (const [file, source] of good) {
    it(`allows ${JSON.stringify(source)} in src/${file}`, () => {
      assert.deepEqual(importViolations(file, source), []);
    });
  }
});
