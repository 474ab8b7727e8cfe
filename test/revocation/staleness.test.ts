// How old what a process knows may be: the bound, what happens past it, the timer, and what is said about it.
import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { collectWarnings } from '../support/warnings.js';
import { Process, settle, TestLog, type Time } from './fleet.js';

interface Fixture {
  readonly log: TestLog;
  readonly time: Time;
  readonly one: Process;
  readonly two: Process;
}

async function fixture(list: ConstructorParameters<typeof Process>[2] = {}): Promise<Fixture> {
  const log = new TestLog();
  const time = { at: 0 };
  const [one, two] = [new Process(log, time, list), new Process(log, time, list)];
  await Promise.all([one.list.refresh(), two.list.refresh()]);
  return { log, time, one, two };
}

describe('the age of what is known', () => {
  it('closed: nothing is accepted before the log was read for the first time', async () => {
    const { log, time, one } = await fixture();
    const token = await one.login('ada');
    const three = new Process(log, time);
    assert.deepEqual(three.sessions.verify(token), { ok: false, reason: 'revoked' });
    assert.deepEqual([three.list.isCurrent, three.events], [false, []]);
    await three.list.refresh();
    assert.equal(three.accepts(token), true);
    assert.deepEqual([three.list.isCurrent, three.events], [true, ['current']]);
  });

  it('closed: a session that was ended is refused at the latest after maxStaleness, to the second', async () => {
    const { log, time, one, two } = await fixture({ list: { maxStaleness: 5 } });
    const token = await one.login('ada');
    await one.request(token, (_, request) => one.list.revoke(request));
    log.state = 'fails';
    for (const at of [0, 2.5, 5]) {
      time.at = at;
      assert.equal(two.accepts(token), true, `after ${at} seconds`);
    }
    time.at = 5.001;
    assert.deepEqual(two.sessions.verify(token), { ok: false, reason: 'revoked' });
  });

  it('closed: past it nobody is in, and everybody is again with the next read', async () => {
    const { log, time, two } = await fixture();
    const token = await two.login('bob');
    log.state = 'fails';
    time.at = 6;
    assert.deepEqual(two.sessions.verify(token), { ok: false, reason: 'revoked' });
    await assert.rejects(two.list.refresh(), { code: 'ERR_SESSION_STORE' });
    log.state = 'works';
    await two.list.refresh();
    assert.equal(two.accepts(token), true);
    assert.deepEqual(two.events, ['current', 'stale', 'current']);
  });

  it('open: past it what is known goes on to count, and what is not known does not', async () => {
    const { log, time, one, two } = await fixture({ list: { onUnavailable: 'open' } });
    const [known, unknown] = [await one.login('ada'), await one.login('ada')];
    await one.request(known, (_, request) => one.list.revoke(request));
    await two.list.refresh();
    await one.request(unknown, (_, request) => one.list.revoke(request));
    log.state = 'fails';
    time.at = 3600;
    assert.deepEqual([two.accepts(known), two.accepts(unknown)], [false, true]);
    assert.deepEqual([two.list.isCurrent, two.events], [false, ['current', 'stale']]);
    log.state = 'works';
    await two.list.refresh();
    assert.equal(two.accepts(unknown), false);
  });

  it('a read counts from when it was begun, and of several the one begun last', async () => {
    const { log, time, two } = await fixture();
    const answers: (() => void)[] = [];
    const read = log.revocationsSince.bind(log);
    log.revocationsSince = async (cursor, now) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return read(cursor, now);
    };
    time.at = 1;
    const first = two.list.refresh();
    await settle();
    time.at = 4;
    const second = two.list.refresh();
    await settle();
    time.at = 6;
    answers[1]?.();
    await second;
    answers[0]?.();
    await first;
    time.at = 9;
    assert.equal(two.list.isCurrent, true);
    time.at = 9.001;
    assert.equal(two.list.isCurrent, false);
  });

  it('a clock that was set back does not make it younger for longer than that', async () => {
    const { time, two } = await fixture();
    time.at = -5.001;
    assert.equal(two.list.isCurrent, false);
    await two.list.refresh();
    assert.equal(two.list.isCurrent, true);
  });

  it('a logout while it is too old reads the log first, and is an error where it cannot', async () => {
    const { log, time, two } = await fixture();
    const token = await two.login('ada');
    time.at = 60;
    log.state = 'fails';
    await two.request(token, (_, request) => assert.rejects(two.list.revoke(request), { code: 'ERR_SESSION_STORE' }));
    log.state = 'works';
    await two.request(token, async (_, request) => assert.equal(await two.list.revoke(request), true));
    assert.equal(two.accepts(token), false);
  });
});

describe('start()', () => {
  it('reads twice in maxStaleness, so that what was ended is known in that time; stop() ends it', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { log, time, one, two } = await fixture({ list: { maxStaleness: 10 } });
      await two.list.start();
      const token = await one.login('ada');
      await one.request(token, (_, request) => one.list.revoke(request));
      const pass = async (seconds: number): Promise<void> => {
        time.at += seconds;
        mock.timers.tick(seconds * 1000);
        for (let i = 0; i < 5; i++) await settle();
      };
      await pass(4.999);
      assert.equal(two.accepts(token), true);
      await pass(0.001);
      assert.equal(two.accepts(token), false);
      for (let i = 0; i < 20; i++) await pass(5);
      assert.equal(two.list.isCurrent, true);
      await two.list.start();
      const before = log.reads;
      await pass(5);
      assert.equal(log.reads, before + 1);
      two.list.stop();
      await pass(10.001);
      assert.equal(two.list.isCurrent, false);
    } finally {
      mock.timers.reset();
    }
  });

  it('reads a log that may be older than timers can count no more often than they can', async () => {
    const waits: number[] = [];
    mock.method(globalThis, 'setTimeout', (_: () => void, milliseconds: number) => waits.push(milliseconds));
    try {
      const one = new Process(new TestLog(), { at: 0 }, { list: { maxStaleness: 100 * 24 * 60 * 60 } });
      await one.list.start();
      one.list.stop();
    } finally {
      mock.restoreAll();
    }
    // Past 31 bits they run at once.
    assert.deepEqual([...new Set(waits)], [0x7f_ff_ff_ff]);
  });

  it('does not reject where the log is away, says so, and goes on trying', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const log = new TestLog();
      const time = { at: 0 };
      log.state = 'fails';
      const one = new Process(log, time);
      await one.list.start();
      assert.deepEqual(one.events, ['stale', 'error']);
      log.state = 'works';
      mock.timers.tick(2500);
      for (let i = 0; i < 5; i++) await settle();
      assert.deepEqual(one.events, ['stale', 'error', 'current']);
      one.list.stop();
    } finally {
      mock.timers.reset();
    }
  });

  it('a log that hangs is one that fails, after maxStaleness', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      const { log, time, two } = await fixture();
      log.state = 'hangs';
      const waiting = assert.rejects(two.list.refresh(), { code: 'ERR_SESSION_STORE' });
      await settle();
      time.at = 5.001;
      mock.timers.tick(5000);
      await waiting;
      assert.deepEqual(two.events, ['current', 'stale']);
    } finally {
      mock.timers.reset();
    }
  });

  it('is not called stale by who asks before the first read has ended', async () => {
    const one = new Process(new TestLog(), { at: 0 });
    const started = one.list.start();
    assert.deepEqual([one.list.isCurrent, one.accepts('x'), one.events], [false, false, []]);
    await started;
    one.list.stop();
    assert.deepEqual(one.events, ['current']);
  });

  it('what a listener throws is its own', async () => {
    const { time, two } = await fixture({
      list: {
        onEvent: () => {
          throw new Error('broken');
        },
      },
    });
    time.at = 6;
    assert.equal(two.list.isCurrent, false);
  });
});

describe('a list without a listener', () => {
  const warnings = collectWarnings();

  it('warns the process, once each time', async () => {
    const { time, two } = await fixture({ list: { onEvent: null } });
    time.at = 6;
    assert.deepEqual([two.list.isCurrent, two.list.isCurrent], [false, false]);
    assert.deepEqual(warnings.codes(), ['WARN_SESSION_REVOCATIONS_STALE']);
    await two.list.refresh();
    time.at = 12;
    assert.equal(two.list.isCurrent, false);
    assert.equal(warnings.all.length, 2);
  });

  it('warns of a log that is away from the start, once', async () => {
    const log = new TestLog();
    log.state = 'fails';
    const one = new Process(log, { at: 0 }, { list: { onEvent: null } });
    for (const _ of [1, 2]) await assert.rejects(one.list.refresh(), { code: 'ERR_SESSION_STORE' });
    assert.equal(one.list.isCurrent, false);
    assert.deepEqual(warnings.codes(), ['WARN_SESSION_REVOCATIONS_STALE']);
  });
});
