// With `express/augment`, req.session has its type in the whole program: hence a program of its own.
import express, { type Request } from 'express';
import type {} from '../../../dist/hosts/express/augment.js';
import { type ExpressSession, expressSession } from '../../../dist/hosts/express.js';
import { type Equal, expectNot, expectType, type IsAny } from '../assert.js';

const app = express();
app.use(expressSession({ secretKey: 'x' }));
app.get('/', (req, res) => {
  expectType<Equal<typeof req.session, ExpressSession<Record<string, unknown>>>>();
  expectNot<IsAny<typeof req.session>>();
  expectType<Equal<typeof req.session.n, unknown>>();
  expectType<Equal<typeof req.session.id, string>>();
  req.session.n = typeof req.session.n === 'number' ? req.session.n + 1 : 1;
  // @ts-expect-error ask first what it is
  req.session.n.toFixed();
  // @ts-expect-error a method of the session, and no key
  req.session.save = true;
  req.session.regenerate((error) => {
    expectType<Equal<typeof error, unknown>>();
    res.send(req.session.id);
  });
  req.session = null;
  // @ts-expect-error text is no session
  req.session = 'text';
});

declare const request: Request;
expectType<Equal<ReturnType<typeof request.session.touch>, typeof request.session>>();
