// The suite of hono-node-server.ts on the version of today, and what of it a copy is made of.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAdaptorServer } from '@hono/node-server';
import { bodyIfKept } from '../../dist/hosts/shared/kept-body.js';
import { type CreateServer, honoNodeServerSuite } from './support/hono-node-server.js';

honoNodeServerSuite('2', createAdaptorServer as CreateServer);

const bytes = new TextEncoder().encode('\u00e9 in bytes');

describe('bodyIfKept', () => {
  const kept = (value: unknown): object => ({ [Symbol('cache')]: value });

  it('is what was kept', () => {
    assert.equal(bodyIfKept(kept([200, 'text', undefined])), 'text');
    assert.equal(bodyIfKept(kept([204, null, undefined])), null);
    for (const body of [bytes, new Blob(['x']), new ReadableStream()])
      assert.equal(bodyIfKept(kept([200, body, new Headers()])), body);
    assert.equal(bodyIfKept({ [Symbol('other')]: 1, ...kept([200, 'text', undefined]) }), 'text');
  });

  it('is undefined for all that it does not know', () => {
    for (const value of [undefined, 'text', {}, [], [200, 'text'], [200, 'text', {}, 1]])
      assert.equal(bodyIfKept(kept(value)), undefined);
    for (const body of [undefined, 1, {}, new URLSearchParams({ a: 'b' })])
      assert.equal(bodyIfKept(kept([200, body, {}])), undefined);
    assert.equal(bodyIfKept({}), undefined);
    assert.equal(bodyIfKept({ cache: [200, 'text', {}] }), undefined);
    assert.equal(bodyIfKept({ [Symbol('other')]: [200, 'text', {}] }), undefined);
  });
});
