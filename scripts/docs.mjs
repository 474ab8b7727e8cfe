// Makes docs/reference from the docstrings of every entry point. Needs `npm ci --prefix tools`.
// node scripts/docs.mjs            writes the pages
// node scripts/docs.mjs --check    writes nothing; fails, naming the pages, when the committed ones are not current
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { renderIndex, renderPages } from './docs-markdown.mjs';

const FOLDER = 'docs/reference';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

/** `[{ name: 'microdot/session', source: 'src/session/index.ts', page: 'microdot-session.md' }]`, as package.json has them. */
function entryPoints() {
  const { name: packageName, exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  return Object.entries(exports).flatMap(([path, target]) => {
    if (typeof target === 'string') return [];
    const name = `${packageName}${path.slice(1)}`;
    const source = target.types.replace(/^\.\/dist\//, 'src/').replace(/\.d\.ts$/, '.ts');
    return [{ name, source, page: `${name.replaceAll('/', '-')}.md` }];
  });
}

async function loadTypeDoc() {
  const require = createRequire(new URL('../tools/package.json', import.meta.url));
  try {
    return await import(pathToFileURL(require.resolve('typedoc')).href);
  } catch (cause) {
    throw new Error('TypeDoc is not installed: npm ci --prefix tools', { cause });
  }
}

async function readModules(typedoc, entries) {
  const app = await typedoc.Application.bootstrap({
    entryPoints: entries.map(({ source }) => source),
    alwaysCreateEntryPointModule: true,
    readme: 'none',
    tsconfig: 'tsconfig.json',
    // Lines and commits would make the pages change with every commit.
    disableSources: true,
    sort: ['source-order'],
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    logLevel: 'Warn',
    // A page may name a type that no entry exports, such as the constructor argument of a class nobody constructs.
    validation: { notExported: false, invalidLink: true, notDocumented: false },
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc found errors in the sources, see above');
  app.validate(project);
  if (app.logger.warningCount > 0) throw new Error('TypeDoc warned, see above');
  return entries.map((entry) => {
    const name = entry.source.replace(/^src\//, '').replace(/\.ts$/, '');
    const found = project.children?.find((module) => module.name === name || `${module.name}/index` === name);
    if (found === undefined) throw new Error(`TypeDoc found no module for ${entry.source}`);
    return { ...entry, module: found };
  });
}

const typedoc = await loadTypeDoc();
const modules = await readModules(typedoc, entryPoints());
const pages = new Map([...renderPages(typedoc, modules), ['README.md', renderIndex(modules)]]);

const present = existsSync(FOLDER) ? readdirSync(FOLDER) : [];
const gone = present.filter((file) => !pages.has(file));
const stale = [...pages].filter(
  ([file, text]) => !present.includes(file) || readFileSync(join(FOLDER, file), 'utf8') !== text,
);
if (values.check) {
  const names = [...stale.map(([file]) => file), ...gone];
  if (names.length > 0) {
    console.error(`not current, run npm run docs: ${names.map((file) => join(FOLDER, file)).join(', ')}`);
    process.exit(1);
  }
  console.log(`docs/reference is current: ${pages.size} pages`);
} else {
  mkdirSync(FOLDER, { recursive: true });
  for (const file of gone) rmSync(join(FOLDER, file));
  for (const [file, text] of stale) writeFileSync(join(FOLDER, file), text);
  console.log(`docs/reference: ${stale.length} pages written, ${gone.length} removed, ${pages.size} in all`);
}
