// A Python reader enforces the same ends: PyJWT with the session's tolerance as its leeway, at the border seconds.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SECRET } from '../jwt/forge.js';
import { T, Timed } from '../session/timed.js';
import { needs } from '../support/needs.js';
import { askPython } from './python.js';

interface Question {
  readonly token: string;
  readonly leeway: number;
  /** Seconds since 1970. */
  readonly now: number;
}

const pyjwt = (questions: readonly Question[]): readonly string[] =>
  askPython(
    'test/interop/pyjwt_exp.py',
    'jwt',
    questions.map((question) => ({ secret: SECRET, ...question })),
  );

const NAMES: Readonly<Record<string, string>> = {
  ExpiredSignatureError: 'expired',
  ImmatureSignatureError: 'not-yet-valid',
};

describe('PyJWT on the ends of sessions', needs.python('jwt'), () => {
  for (const options of [{ idleTimeout: 600 }, { absoluteTimeout: 600 }, { idleTimeout: 900, absoluteTimeout: 600 }]) {
    it(`clockTolerance, ${Object.keys(options).join(', ')}: agrees one second before, at and after each border`, () => {
      const questions: Question[] = [];
      const ours: string[] = [];
      for (const leeway of [0, 1, 60]) {
        const timed = new Timed({ ...options, clockTolerance: leeway });
        const token = timed.save(0);
        for (const border of [-leeway, 0, 600, 600 + leeway]) {
          for (const at of [border - 1, border, border + 1]) {
            questions.push({ token, leeway, now: T + at });
            ours.push(timed.refuses(at, token) ?? 'ok');
          }
        }
      }
      const theirs = pyjwt(questions).map((answer) => NAMES[answer] ?? answer);
      assert.deepEqual(theirs, ours);
      for (const outcome of ['ok', 'expired', 'not-yet-valid']) assert.ok(ours.includes(outcome), outcome);
    });
  }

  it('renew: a renewed token lives on for PyJWT as well, and never past the absolute end', () => {
    const timed = new Timed({ idleTimeout: 600, absoluteTimeout: 1000, clockTolerance: 0 });
    const renewed = timed.request(300, timed.save(0)).token ?? '';
    const last = timed.request(700, renewed).token ?? '';
    const questions = [
      { token: renewed, leeway: 0, now: T + 899 },
      { token: renewed, leeway: 0, now: T + 900 },
      { token: last, leeway: 0, now: T + 999 },
      { token: last, leeway: 0, now: T + 1000 },
    ];
    assert.deepEqual(pyjwt(questions), ['ok', 'ExpiredSignatureError', 'ok', 'ExpiredSignatureError']);
  });
});
