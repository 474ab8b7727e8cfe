// The test client of a Microdot app.
import { Microdot } from 'microdot';
import { Session, withSession } from 'microdot/session';
import { TestClient, type TestResponse } from 'microdot/test-client';
import { type Equal, expectType } from './assert.js';

const app = new Microdot();
new Session(app, { secretKey: new Uint8Array(32) });
app.get(
  '/',
  withSession((_request, session) => `${session.user ?? 'nobody'}`),
);

const response = await new TestClient(app).get('/');
expectType<Equal<typeof response, TestResponse>>();
if (response.text !== 'nobody') throw new Error('another text');
