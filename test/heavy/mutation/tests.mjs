// Runs the compiled tests of the folders named, in one process: starting one for each file costs more than the tests.
import { readdirSync } from 'node:fs';

const root = new URL('./.build/', import.meta.url);
for (const folder of process.argv.slice(2)) {
  const files = readdirSync(new URL(`${folder}/`, root)).filter((file) => file.endsWith('.test.js'));
  for (const file of files.sort()) await import(new URL(`${folder}/${file}`, root).href);
}
