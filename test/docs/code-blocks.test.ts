// Every ```ts block of the README and the guide compiles, and those that say so run.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../support/needs.js';
import { type Block, tsBlocks } from './blocks.js';
import { compileBlocks, runBlock } from './compile.js';

const blocksOf = (file: string): readonly Block[] => tsBlocks(file, readFileSync(join(ROOT, file), 'utf8'));

const markdownOf = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`);

const DOCUMENTS = ['README.md', ...markdownOf('docs')].filter((file) => existsSync(join(ROOT, file)));

describe('the code blocks of the documents', () => {
  const { errors, compiled } = compileBlocks('documents', DOCUMENTS.flatMap(blocksOf));

  it(`compile: ${compiled.length} in ${DOCUMENTS.length} files`, () => {
    assert.deepEqual(errors, []);
  });

  for (const example of compiled.filter(({ block }) => block.runs !== null)) {
    it(`run: ${example.block.file}:${example.block.line}`, async () => {
      await runBlock(example);
    });
  }
});

describe('the reader of code blocks', () => {
  const FIXTURE = 'test/docs/fixtures/good.md';
  const good = compileBlocks('good', blocksOf(FIXTURE));

  it('compiles what stands alone and what continues', () => {
    assert.deepEqual(good.errors, []);
    assert.deepEqual(
      good.compiled.map(({ block }) => block.line),
      [5, 18, 32, 48, 58, 66],
    );
  });

  it('runs a block to its end', async () => {
    const [finishing] = good.compiled;
    assert.ok(finishing !== undefined);
    assert.equal(await runBlock(finishing), 'one two\n');
  });

  it('asks a block that serves, and shuts it down', async () => {
    const serving = good.compiled[2];
    assert.ok(serving !== undefined);
    assert.equal(await runBlock(serving), '/hello /hello n=1 \n');
  });

  it('runs a block that asks what it serves to its end, too', async () => {
    const asking = good.compiled[5];
    assert.ok(asking !== undefined);
    assert.equal(await runBlock(asking), 'hello\n');
  });

  it('resolves microdot to this package', async () => {
    const importing = good.compiled[3];
    assert.ok(importing !== undefined);
    assert.equal(await runBlock(importing), '1\n');
  });

  it('names the line of the document that does not compile', () => {
    const { errors } = compileBlocks('bad', blocksOf('test/docs/fixtures/bad.md'));
    assert.equal(errors.length, 1);
    assert.match(errors[0] ?? '', /^test\/docs\/fixtures\/bad\.md:7: TS2322/);
  });

  it('refuses a skip without a reason, an open fence, and a continuation of nothing', () => {
    assert.throws(() => tsBlocks('a.md', '<!-- not compiled -->\n```ts\n```'), /a\.md:2/);
    assert.throws(() => tsBlocks('a.md', 'text\n```ts\nlet x;'), /a\.md:2/);
    assert.throws(() => tsBlocks('a.md', '<!-- continues -->\n```ts\n```'), /a\.md:2/);
  });

  it('refuses a name that is none, and one that two blocks have', () => {
    assert.throws(() => tsBlocks('a.md', '<!-- file: ../a.mjs -->\n```ts\n```'), /a\.md:2/);
    const twice = tsBlocks('a.md', '<!-- file: a.mjs -->\n```ts\n```\n<!-- file: a.mjs -->\n```ts\n```');
    assert.throws(() => compileBlocks('twice', twice), /file name/);
  });
});
