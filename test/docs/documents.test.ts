// The documents agree with the tree and with the code: every relative link leads somewhere, every code and option is told.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../support/needs.js';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const inRoot = readdirSync(ROOT).filter((file) => file.endsWith('.md'));
const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/${file.replaceAll('\\', '/')}`);
const DOCUMENTS = [...inRoot, ...inDocs];

const LINK = /\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g;

const withoutCode = (markdown: string): string => markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, 'x');

/** The addresses of a page: its headings as GitHub spells them, and the ones it sets itself. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const anchors = new Set([...markdown.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id));
  const seen = new Map<string, number>();
  for (const [, heading = ''] of markdown.replace(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

/** The links of a document that lead nowhere. */
function brokenLinks(file: string): readonly string[] {
  const links = [...withoutCode(read(file)).matchAll(LINK)].map(([, link, source]) => link ?? source ?? '');
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#', 2);
      const target = path === '' ? file : relative(ROOT, join(ROOT, dirname(file), path));
      if (!existsSync(join(ROOT, target)) || statSync(join(ROOT, target)).isDirectory()) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchorsOf(read(target)).has(anchor);
    })
    .map((link) => `${file}: ${link}`);
}

describe('the documents', () => {
  it('link to what is there', () => {
    assert.deepEqual(DOCUMENTS.flatMap(brokenLinks), []);
  });

  it('tell every error code, and no other', () => {
    const codes = (text: string) => [...new Set(text.match(/\bERR_[A-Z]+(?:_[A-Z]+)+\b/g))].sort();
    assert.deepEqual(codes(read('docs/errors.md')), codes(read('src/errors.ts')));
  });

  it('tell every warning, and no other', () => {
    const codes = (text: string) => [...new Set(text.match(/\bWARN_[A-Z]+(?:_[A-Z]+)+\b/g))].sort();
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    assert.deepEqual(codes(read('docs/errors.md')), codes(sources.map((file) => read(`src/${file}`)).join('\n')));
  });

  it('tell every option of a session, and no other', () => {
    const [, members = ''] = /interface SessionOptions<.*> \{([\s\S]*?)^\}/m.exec(read('src/session/options.ts')) ?? [];
    const options = [...members.matchAll(/^ {2}readonly (\w+)\?/gm)].map(([, name]) => name);
    assert.ok(options.length > 20);
    const told = [...read('docs/options.md').matchAll(/^## (\w+)$/gm)].map(([, name]) => name);
    assert.deepEqual(told.sort(), options.filter((name) => name !== 'installSession').sort());
  });

  it('tell every cookie attribute', () => {
    const [, members = ''] = /interface CookieOptions \{([\s\S]*?)^\}/m.exec(read('src/cookie/attributes.ts')) ?? [];
    const attributes = [...members.matchAll(/^ {2}readonly (\w+)\?/gm)].map(([, name]) => `| \`${name}\` |`);
    assert.equal(attributes.length, 9);
    const options = read('docs/options.md');
    assert.deepEqual(
      attributes.filter((row) => !options.includes(row)),
      [],
    );
  });
});
