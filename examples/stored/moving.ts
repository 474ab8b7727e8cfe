// A counter that moves from the cookie into a file of SQLite, and loses nobody: node .examples/stored/moving.js [FILE]
import { argv, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Microdot, type Request } from 'microdot';
import { Session, type SessionDict } from 'microdot/session';
import { loadSecret } from 'microdot/session/secret';
import { openSqlite, sqliteStore } from 'microdot/session/sqlite';
import { type SessionStore, type StoredDict, StoredSession } from 'microdot/session/stored';

interface Visits {
  n: number;
}

/** The same handler before the move and after it. */
async function count(_request: Request, session: SessionDict<Visits> | StoredDict<Visits>): Promise<Visits> {
  const n = (session.n ?? 0) + 1;
  session.n = n;
  await session.save();
  return { n };
}

/** @param store where the sessions are; without one they are in the cookies, as they were before the move */
export function createApp(secretKey: string, store?: SessionStore): Microdot {
  const app = new Microdot();
  if (store === undefined) {
    app.get('/counter', new Session<Visits>(app, { secretKey }).with(count));
    return app;
  }
  // As it was, but on no app: it only reads what visitors still bring.
  const cookies = new Session<Visits>({ secretKey });
  const sessions = new StoredSession<Visits>(app, { secretKey, store, readFrom: [cookies] });
  app.get('/counter', sessions.with(count));
  return app;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [, , file] = argv;
  const store = file === undefined ? undefined : sqliteStore(await openSqlite(file));
  await createApp(loadSecret('session.key'), store).run({ host: '127.0.0.1', port: Number(env.PORT ?? 5000) });
}
