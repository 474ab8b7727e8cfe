// The conformance suite fits test runners and subjects without a cast; a subject of before it was published still compiles.
import { it } from 'node:test';
import type { SessionStore } from '../../dist/stored/index.js';
import {
  type Answer,
  type ConformanceCase,
  ConformanceError,
  type HostSubject,
  hostConformance,
  type StoreConformanceCase,
  type StoreSubject,
  type SubjectApp,
  storeConformance,
} from '../../dist/testing/index.js';
import { type Equal, expectType } from './assert.js';

declare const respond: (answer: Answer) => Response;

// The least that a subject says.
const subject: HostSubject = {
  name: 'some framework 1',
  lacks: { onError: 'it has none', head: 'nor that' },
  start: async ({ routes }: SubjectApp) => ({
    fetch: async (path) => {
      const handler = routes[path];
      const session = { save() {}, delete() {} };
      const abort = (): never => {
        throw new Error();
      };
      return respond(handler === undefined ? { status: 404 } : await handler({ request: {}, session, abort }));
    },
    close() {},
  }),
};

for (const one of hostConformance(subject)) {
  expectType<Equal<typeof one, ConformanceCase>>();
  it(one.name, { skip: one.skip }, one.run);
}
export const offering: HostSubject = { ...subject, offers: ['https', 'sharedResponse'], scheme: null };
// @ts-expect-error no such feature
export const wrong: HostSubject = { ...subject, lacks: { websockets: 'none' } };
// @ts-expect-error a reason is a text
export const noReason: HostSubject = { ...subject, lacks: { stream: true } };
export const isFailure = (error: unknown): boolean => error instanceof ConformanceError && error.actual !== null;

declare const store: SessionStore;
// The least that a subject of the stores' suite says; what it lacks it says why.
const storeSubject: StoreSubject = {
  name: 'some engine 1',
  open: async () => ({ store, another: () => store, close() {} }),
  lacks: { purge: 'it expires by itself', revocations: 'it keeps none', failure: 'it cannot be taken away' },
};
for (const one of storeConformance(storeSubject)) {
  expectType<Equal<typeof one, StoreConformanceCase>>();
  it(`${one.part}: ${one.name}`, { skip: one.skip }, one.run);
}
// @ts-expect-error no such feature
export const wrongStore: StoreSubject = { ...storeSubject, lacks: { expiry: 'none' } };
