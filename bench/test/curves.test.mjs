// The picture of stores as they fill is the one that the committed evidence gives.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { curves, PICTURE } from '../report/curves.mjs';

it('docs/images/stored-curves.svg is of docs/evidence: node bench/report/curves.mjs', () => {
  const picture = curves();
  for (const engine of ['SQLite', 'Redis', 'PostgreSQL']) assert.match(picture, new RegExp(`>${engine}`));
  assert.equal(readFileSync(PICTURE, 'utf8'), picture);
});
