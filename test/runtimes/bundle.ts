// Suite and library as one ES module, bundled as for any runtime: nothing in it may name one.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { needs, ROOT, readTestJson, toolPath } from '../support/needs.js';
import type { TokenVector } from './suite.js';

/** One line of test/vectors/session-tokens.json, as far as it is used here. */
interface RecordedToken {
  readonly secret_hex: string;
  readonly token: string;
  readonly payload: unknown;
  readonly expect: 'ok' | 'reject';
}

export interface Bundle {
  /** A module that exports `report()`, and `site` of site.ts. */
  readonly code: string;
  readonly metafile: Metafile;
}

/** By the names that users import, so that the package's exports are what is bundled. */
const ENTRIES = {
  microdot: 'microdot',
  session: 'microdot/session',
  encrypt: 'microdot/session/encrypt',
  fetch: 'microdot/session/fetch',
  testClient: 'microdot/test-client',
};

/** The needs of a bundle that lacks nothing. */
export const cipher = needs.tool('@noble/ciphers');

export async function createBundle(): Promise<Bundle> {
  const imports = Object.entries(ENTRIES).map(([name, entry]) => `import * as ${name} from '${entry}';`);
  const gcm =
    cipher.skip === undefined
      ? `import { gcm } from ${JSON.stringify(toolPath('@noble/ciphers/aes.js'))};`
      : 'const gcm = null;';
  const contents = `
    ${imports.join('\n')}
    ${gcm}
    import { GROUPS } from './.build/runtimes/cases/index.js';
    import { createSite } from './.build/runtimes/site.js';
    import { runSuite } from './.build/runtimes/suite.js';
    const vectors = JSON.parse(${JSON.stringify(JSON.stringify(readVectors()))});
    const library = { ${Object.keys(ENTRIES).join(', ')}, gcm, vectors };
    export const report = () => runSuite(GROUPS, library);
    export const site = createSite(library, report);`;
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  assert.ok(file !== undefined);
  return { code: file.text, metafile };
}

/** As JSON: a payload may have a key `__proto__`, which means something else in a literal. */
function readVectors(): readonly TokenVector[] {
  return readTestJson<readonly RecordedToken[]>('vectors/session-tokens.json').map(
    ({ secret_hex, token, payload, expect }) => [secret_hex, token, expect === 'ok' ? JSON.stringify(payload) : null],
  );
}

/** A folder with the bundle as `suite.mjs`, and what a runtime needs beside it. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'microdot-runtimes-'));

  constructor({ code }: Bundle) {
    this.write('suite.mjs', code);
  }

  /** Writes a file, and says where it is. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
