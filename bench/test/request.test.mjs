// What answers a request in the bench is a session: it counts, is read, and starts anew when its cookie was tampered with.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { STACKS } from '../request/stacks.mjs';
import { reasonToSkip, Subject } from '../request/subject.mjs';

for (const [framework, stacks] of Object.entries(STACKS)) {
  describe(framework, () => {
    for (const stack of Object.keys(stacks)) {
      const reason = reasonToSkip(framework, stack);
      it(stack, reason === null ? {} : { skip: reason }, async () => {
        const subject = await Subject.start(framework, stack);
        try {
          const { visitor } = subject;
          const ask = async (path) => (await visitor.ask(path)).n;
          if (stack === 'none') return assert.equal(await ask('/none'), 1);
          assert.deepEqual([await ask('/count'), await ask('/count'), await ask('/count')], [1, 2, 3]);
          assert.equal(await ask('/read'), 3);
          assert.ok((await subject.run('/count', 64)) > 0);
          // No session, and it believes every cookie.
          if (stack === 'the same heads, no session') return;
          for (const [name, value] of visitor.cookies) {
            const at = value.length >> 1;
            visitor.cookies.set(name, value.slice(0, at) + (value[at] === '1' ? '2' : '1') + value.slice(at + 1));
          }
          assert.equal(await ask('/count'), 1);
        } finally {
          subject.stop();
        }
      });
    }
  });
}
