// The packed package as a user gets it: installed offline in an empty folder, imported, required, type-checked.
// node scripts/smoke-tarball.mjs FOLDER_WITH_THE_TARBALL
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const packed = resolve(process.argv[2] ?? '.');
const tarball = readdirSync(packed).find((file) => file.endsWith('.tgz'));
if (tarball === undefined) throw new Error('no tarball in the folder given');
const { exports: entries } = JSON.parse(readFileSync('package.json', 'utf8'));
const tsc = resolve('node_modules/typescript/bin/tsc');
const oldest = resolve('runtimes/node_modules/node20/bin/node');
if (!existsSync(oldest)) console.log('skip: Node 20 is not installed (npm ci --prefix runtimes)');
const nodes = [process.execPath, ...(existsSync(oldest) ? [oldest] : [])];
const folder = mkdtempSync(join(tmpdir(), 'microdot-smoke-'));

function run(command, ...args) {
  console.log(`$ ${[command, ...args].join(' ').replaceAll(folder, '.')}`);
  const { status, error } = spawnSync(command, args, { cwd: folder, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}

const specifiers = Object.entries(entries)
  .filter(([, target]) => typeof target === 'object')
  .map(([name]) => `microdot${name.slice(1)}`);

/** The imports of the README's first example, which must be all a user needs. */
function readmeImports() {
  if (!existsSync('README.md')) {
    console.log('note: there is no README.md, so only the entry points are imported');
    return '';
  }
  const [, block = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8')) ?? [];
  const imports = block.match(/^import .*;$/gm) ?? [];
  if (imports.length === 0) throw new Error('the first example of README.md imports nothing');
  return imports.join('\n');
}

const all = specifiers.map((specifier, index) => `import * as entry${index} from '${specifier}';`).join('\n');
/** An entry that only augments types has nothing to export. */
const list = specifiers.flatMap((name, index) => (name.endsWith('/augment') ? [] : [`entry${index}`])).join(', ');
const imports = readmeImports();
const names = [...imports.matchAll(/\{([^}]*)\}/g)].flatMap(([, inside]) =>
  inside.split(',').map((name) => name.trim()),
);

try {
  writeFileSync(join(folder, 'package.json'), '{ "name": "smoke", "private": true, "type": "module" }');
  const source = `${imports}\n${all}\nfor (const entry of [${list}]) if (Object.keys(entry).length === 0) throw new Error();\n`;
  const used = `for (const value of [${names.join(', ')}]) if (typeof value !== 'function') throw new Error();\n`;
  writeFileSync(join(folder, 'smoke.ts'), source + used);
  writeFileSync(join(folder, 'smoke.mjs'), source + used);
  const required = specifiers
    .filter((name) => !name.endsWith('/augment'))
    .map((name) => `if (Object.keys(require('${name}')).length === 0) throw new Error('${name}');`)
    .join('\n');
  writeFileSync(join(folder, 'smoke.cjs'), required);
  run('npm', 'install', join(packed, tarball), '--offline', '--no-audit', '--no-fund');
  for (const node of nodes) {
    run(node, 'smoke.mjs');
    run(node, '--no-warnings', 'smoke.cjs');
  }
  for (const [module, resolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ]) {
    const options = ['--module', module, '--moduleResolution', resolution, '--target', 'es2022', '--lib', 'es2022,dom'];
    // skipLibCheck off: the declarations of the package have to hold on their own, without @types/node.
    run(
      process.execPath,
      tsc,
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--types',
      '',
      ...options,
      'smoke.ts',
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
