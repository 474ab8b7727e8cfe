// Testing an Express app with supertest. node --test .examples/testing/supertest.test.js
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import express, { type Express, type Request, type Response } from 'express';
import { hardened, Session } from 'microdot/session';
import { expressHost } from 'microdot/session/express';
import { expireCookie, mintCookie, readSession, TAMPERINGS, tamperCookie } from 'microdot/session/testing';
import supertest from 'supertest';

interface Data {
  user: string;
  cart: string[];
}

// In an application this stands in a file of its own, and its test imports it.
const options = hardened<Data>({ secretKey: 'a secret for tests, of thirty-two bytes' });

function createApp(): Express {
  const app = express();
  const sessions = new Session<Data>(expressHost(app), options);
  app.get(
    '/me',
    sessions.with((_req, session, res: Response) => void res.send(session.user ?? 'nobody')),
  );
  app.post(
    '/cart/:item',
    sessions.with((req: Request, session, res: Response) => {
      if (session.user === undefined) return void res.sendStatus(401);
      session.cart = [...(session.cart ?? []), String(req.params.item)];
      session.save();
      res.sendStatus(204);
    }),
  );
  app.post(
    '/logout',
    sessions.with((_req, session, res: Response) => {
      session.delete();
      res.sendStatus(204);
    }),
  );
  return app;
}

describe('the shop', () => {
  const shop = supertest(createApp());
  const ada = mintCookie(options, { user: 'ada' });

  it('knows who is logged in', async () => {
    await shop.get('/me').set('Cookie', ada.header).expect(200, 'ada');
    await shop.get('/me').expect(200, 'nobody');
  });

  it('fills the cart', async () => {
    const response = await shop.post('/cart/tea').set('Cookie', ada.header).expect(204);
    const { data, attributes } = readSession(options, response);
    assert.deepEqual(data, { user: 'ada', cart: ['tea'] });
    assert.deepEqual(attributes, { path: '/', maxAge: 3600, secure: true, httpOnly: true, sameSite: 'Lax' });
  });

  it('gives strangers no cart, and no cookie', async () => {
    const response = await shop.post('/cart/tea').expect(401);
    assert.equal(readSession(options, response).state, 'absent');
  });

  it('logs out', async () => {
    const response = await shop.post('/logout').set('Cookie', ada.header).expect(204);
    assert.equal(readSession(options, response).state, 'deleted');
  });

  it('takes no session that is over', async () => {
    await shop.get('/me').set('Cookie', expireCookie(options, ada).header).expect(200, 'nobody');
    await shop
      .get('/me')
      .set('Cookie', mintCookie(options, { user: 'ada' }, { idle: 7200 }).header)
      .expect('nobody');
  });

  for (const how of TAMPERINGS) {
    it(`takes no forged cookie: ${how}`, async () => {
      await shop
        .get('/me')
        .set('Cookie', tamperCookie(options, ada, how).header)
        .expect(200, 'nobody');
    });
  }
});
