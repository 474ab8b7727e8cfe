// The sizes of docs/sizes.md: what a bundler makes of each entry. What has grown is to be seen in a diff.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../support/needs.js';
import { bundle } from './bundle.js';

const PAGE = join(ROOT, 'docs/sizes.md');
const BEGIN = '<!-- made by UPDATE=1 node scripts/test.mjs /package/ -->';
const END = '<!-- to here -->';
const MADE = new RegExp(`${BEGIN}[^]*${END}`);

/** How far a figure may be from the committed one before it is another one. */
const TOLERANCE = 0.02;
/** Bytes beside it: compressors differ from Node to Node, which is more than 2 % of next to nothing. */
const SLACK = 16;

type Exports = Readonly<Record<string, string | { readonly types: string }>>;
interface Row {
  readonly name: string;
  readonly min: number;
  readonly gzip: number;
}

const { exports }: { exports: Exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const ENTRIES = Object.entries(exports).flatMap(([entry, target]) =>
  typeof target === 'string' ? [] : [{ name: `microdot${entry.slice(1)}`, file: target.types }],
);
const HOSTS = ENTRIES.filter(({ file }) => /^\.\/dist\/hosts\/[^/]*$/.test(file));

/** What the first example of README.md imports of the session, in braces. */
function firstImport(): string {
  const [, block = ''] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  const [, names] = /^import (\{[^}]*\}) from 'microdot\/session';$/m.exec(block) ?? [];
  assert.ok(names !== undefined, 'the first example of README.md imports nothing of microdot/session');
  return names;
}

/** Every row of the page, and the source of its bundle. */
function sources(): readonly (readonly [name: string, source: string])[] {
  const first = `export ${firstImport()} from 'microdot/session';`;
  const all = (name: string): string => `export * from '${name}';`;
  return [
    ...ENTRIES.map(({ name }) => [`\`${name}\``, all(name)] as const),
    [`\`${firstImport()}\`, as in the first example`, first],
    ['everything but encryption: `microdot/session`', all('microdot/session')],
    ['everything, with encryption', all('microdot/session') + all('microdot/session/encrypt')],
    ...HOSTS.map(({ name }) => [`the first example's, and \`${name}\``, first + all(name)] as const),
  ];
}

async function measure(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [name, source] of sources()) {
    const { size, gzip } = await bundle(source, 'browser');
    rows.push({ name, min: size, gzip });
  }
  return rows;
}

const bytes = (count: number): string => count.toLocaleString('en-US');
const tableOf = (rows: readonly Row[]): string =>
  [
    '| bundle | bytes, minified | and compressed by gzip |',
    '|---|--:|--:|',
    ...rows.map(({ name, min, gzip }) => `| ${name} | ${bytes(min)} | ${bytes(gzip)} |`),
  ].join('\n');

const rowsOf = (page: string): readonly Row[] =>
  [...page.matchAll(/^\| (.*) \| ([\d,]+) \| ([\d,]+) \|$/gm)].map(([, name = '', min = '', gzip = '']) => ({
    name,
    min: Number(min.replaceAll(',', '')),
    gzip: Number(gzip.replaceAll(',', '')),
  }));

const differs = (now: number, was: number): boolean => Math.abs(now - was) > was * TOLERANCE + SLACK;

/** The rows whose figures are others than those of the page: `name: 100 is 103`. */
const differences = (now: readonly Row[], was: readonly Row[]): readonly string[] =>
  now.flatMap(({ name, min, gzip }, index) => {
    const before = was[index];
    if (before === undefined || !(differs(min, before.min) || differs(gzip, before.gzip))) return [];
    return [`${name}: ${before.min}, ${before.gzip} are ${min}, ${gzip}`];
  });

describe('docs/sizes.md', () => {
  it('has the sizes of today, to 2 %; UPDATE=1 rewrites it', async () => {
    const page = readFileSync(PAGE, 'utf8');
    assert.match(page, MADE);
    const now = await measure();
    if (process.env.UPDATE === '1') {
      writeFileSync(
        PAGE,
        page.replace(MADE, () => `${BEGIN}\n\n${tableOf(now)}\n\n${END}`),
      );
      return;
    }
    const was = rowsOf(page);
    assert.deepEqual(
      was.map(({ name }) => name),
      now.map(({ name }) => name),
    );
    assert.deepEqual(differences(now, was), []);
  });

  it('is another one when a figure is further off, either way', () => {
    const row = (min: number, gzip: number): readonly Row[] => [{ name: 'a', min, gzip }];
    assert.deepEqual(differences(row(10_200, 1000), row(10_000, 1000)), []);
    assert.deepEqual(differences(row(10_217, 1000), row(10_000, 1000)), ['a: 10000, 1000 are 10217, 1000']);
    assert.deepEqual(differences(row(10_000, 960), row(10_000, 1000)), ['a: 10000, 1000 are 10000, 960']);
  });

  it('is read as it is written', () => {
    const rows = [{ name: '`microdot`', min: 1_234_567, gzip: 0 }];
    assert.deepEqual(rowsOf(tableOf(rows)), rows);
  });
});
