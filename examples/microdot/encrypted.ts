// A guessing game whose answer is in the visitor's cookie, where the visitor cannot read it.
import { Microdot } from 'microdot';
import { Session } from 'microdot/session';
import { jwe } from 'microdot/session/encrypt';
import { loadSecret } from 'microdot/session/secret';

interface Game {
  /** From 1 to 100. */
  answer: number;
  guesses: number;
}

const here = new URL('../../examples/microdot/', import.meta.url);

const app = new Microdot();
const game = new Session<Game>(app, {
  secretKey: loadSecret(new URL('session.key', here)),
  // Without this line the cookie is signed: nobody can change the answer, and everybody can read it.
  encrypt: jwe(),
  cookieName: 'game',
  cookieOptions: { sameSite: 'Lax' },
});

app.get(
  '/guess/<int:n>',
  game.with(async (request, session, { n }: { readonly n: number }) => {
    const answer = session.answer ?? newAnswer();
    const guesses = (session.guesses ?? 0) + 1;
    if (n === answer) {
      session.delete();
      return { 'the answer is': n, guesses };
    }
    session.answer = answer;
    session.guesses = guesses;
    session.save();
    return { 'the answer is': n < answer ? 'higher' : 'lower', guesses };
  }),
);

function newAnswer(): number {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
  return 1 + (random % 100);
}

const { HOST, PORT } = process.env;
await app.run({ host: HOST || '0.0.0.0', port: Number(PORT || 5000) });
