// What of the package ends up in a bundle: minified by esbuild, then gzipped, in kilobytes of 1024 bytes.

import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { ROOT } from '../lib/files.mjs';

/** What programs import. Encryption brings node's ciphers or a package into play, and is an entry of its own. */
const PROGRAMS = {
  // The session of the README's first example; its app and its key file are other entries, for a server.
  'the first example': "export { Session, withSession } from 'microdot/session';",
  'everything but encryption': "export * from 'microdot/session';",
  'everything with encryption': "export * from 'microdot/session'; export * from 'microdot/session/encrypt';",
};

async function size(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    // The package knows itself by its own name; an optional peer may be absent.
    external: ['node:*', '@noble/*'],
    logLevel: 'silent',
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length / 1024;
}

/** Kilobytes by program. */
export async function sizes() {
  const entries = Object.entries(PROGRAMS).map(async ([id, contents]) => [id, [await size(contents)]]);
  return Object.fromEntries(await Promise.all(entries));
}
