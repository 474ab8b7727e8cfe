// What users load once more, as it is where there is no Node: a copy that sees the web platform only.

import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { ROOT, SCRATCH } from '../lib/files.mjs';

// The library asks `globalThis` for all that is not ECMAScript's. A copy, not a child without `process`: so both are
// measured in turns, in one process.
const WEB_PLATFORM = 'const globalThis = { TextEncoder, TextDecoder, console };\n';

/** Makes the copy. @returns {(file: string) => Promise<object>} imports a file of it, such as `session.js` */
export function copyForWebPlatform() {
  const copy = `${SCRATCH}portable-${process.pid}/`;
  rmSync(copy, { recursive: true, force: true });
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  cpSync(`${ROOT}lib`, `${copy}lib`, { recursive: true });
  // It says that these are modules; and no `node_modules` is between the copy and that of the checkout.
  writeFileSync(`${copy}package.json`, '{"type":"module"}');
  for (const file of readdirSync(`${copy}lib`, { recursive: true })) {
    if (!file.endsWith('.js')) continue;
    const path = `${copy}lib/${file}`;
    writeFileSync(path, WEB_PLATFORM + readFileSync(path, 'utf8'));
  }
  return (file) => import(pathToFileURL(`${copy}lib/${file}`).href);
}
