// Express with the import that types `req.session` for the whole program.
import express from 'express';
import { expressSession } from 'microdot/session/express';
import 'microdot/session/express/augment';
import { type Equal, expectType } from './assert.js';

const app = express();
app.use(expressSession({ secretKey: new Uint8Array(32) }));
app.get('/', (req, res) => {
  const { n } = req.session;
  expectType<Equal<typeof n, unknown>>();
  req.session.n = typeof n === 'number' ? n + 1 : 1;
  res.json(req.session);
});
app.get('/out', (req, res) => {
  req.session = null;
  res.end();
});
