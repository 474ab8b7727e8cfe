// Anyone can write a host: that of the example, for a framework which is not ours, passes the suite in 25 lines.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type HostSubject, hostConformance } from 'microdot/session/testing';
import { needs, ROOT } from '../support/needs.js';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const source = read('examples/tinyhttp/host.ts');

const load = (file: string): Promise<{ readonly tinyhttpSubject: HostSubject }> =>
  import(pathToFileURL(join(ROOT, '.examples/tinyhttp', file)).href) as Promise<{ tinyhttpSubject: HostSubject }>;

describe('a host of one own, for tinyhttp', () => {
  it('has 25 lines of code at most', () => {
    const lines = source.split('\n').filter((line) => line.trim() !== '' && !/^\s*(\/\/|\/\*\*)/.test(line));
    assert.ok(lines.length <= 25, `${lines.length} lines`);
  });

  it('takes what the package exports, and what its framework does', () => {
    const imported = [...source.matchAll(/\bfrom '([^']+)'/g)].map(([, from]) => from);
    assert.deepEqual(imported, ['@tinyhttp/app', 'microdot/session', 'microdot/session/node']);
  });

  it('is the one that the documents show', () => {
    const withoutTitle = source.slice(source.indexOf('\n') + 1);
    assert.ok(read('docs/hosts/writing.md').includes(`\`\`\`ts\n${withoutTitle}\`\`\`\n`));
  });
});

const node = needs.node('tinyhttp is served by Node');
const { tinyhttpSubject } = node.skip === undefined ? await load('subject.js') : { tinyhttpSubject: null };

describe('the conformance of tinyhttp', node, () => {
  for (const { name, skip, run } of tinyhttpSubject === null ? [] : hostConformance(tinyhttpSubject)) {
    it(name, { skip }, run);
  }
});
