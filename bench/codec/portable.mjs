// The built package once more, as it is where there is no Node: a copy whose platform.js sees the web platform only.

import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ROOT, SCRATCH } from '../lib/files.mjs';

// platform.js is the one file of the core that names a global, and asks `globalThis` for all of them. A copy, not a child
// without `process`: so both are measured in turns, in one process.
const WEB_PLATFORM = 'const globalThis = { TextEncoder, TextDecoder, console };\n';

/** Makes the copy. @returns {(file: string) => Promise<object>} imports a file of it, such as `session/index.js` */
export function copyForWebPlatform() {
  const copy = `${SCRATCH}portable-${process.pid}/`;
  rmSync(copy, { recursive: true, force: true });
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  cpSync(`${ROOT}dist`, `${copy}dist`, { recursive: true });
  // It says that these are modules; and no `node_modules` is between the copy and that of the checkout.
  writeFileSync(`${copy}package.json`, '{"type":"module"}');
  const platform = `${copy}dist/platform.js`;
  writeFileSync(platform, WEB_PLATFORM + readFileSync(platform, 'utf8'));
  return (file) => import(pathToFileURL(`${copy}dist/${file}`).href);
}
