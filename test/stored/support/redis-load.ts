// A load of saves whose every answer is counted, for tests that kill the server under it.
import { setTimeout as sleep } from 'node:timers/promises';
import { key, patch, type RedisStore, record, T } from './redis-rig.js';

/** Adds one to a session's `n`. */
export const one = (): ReturnType<typeof patch> => patch({ add: [['n', 1]] });

/** Asks again until the client has found the server again. */
export async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt > 600) throw error;
      await sleep(20);
    }
  }
}

/** Saves that were answered, sent, and failed, by session. */
export interface Load {
  readonly saved: number[];
  readonly sent: number[];
  readonly failed: number[];
  isOver: boolean;
  readonly done: Promise<unknown>;
}

/** Saves each session again and again, one save after the other, until it is told that it is over, or one fails. */
export function startLoad(store: RedisStore, names: readonly string[]): Load {
  const [saved, sent, failed] = [names.map(() => 0), names.map(() => 0), names.map(() => 0)];
  const load = { saved, sent, failed, isOver: false };
  async function run(name: string, i: number): Promise<void> {
    while (!load.isOver && failed[i] === 0) {
      sent[i] += 1;
      const isDone = await store.patch(name, one(), T).then(
        (outcome) => outcome.isDone,
        () => false,
      );
      (isDone ? saved : failed)[i] += 1;
    }
  }
  return Object.assign(load, { done: Promise.all(names.map(run)) });
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export const countOf = async (store: RedisStore, name: string): Promise<number> =>
  JSON.parse((await eventually(() => store.read(name, T)))?.data ?? '{"n":-1}').n;

/** Sessions for ada, each with `n` 0. */
export async function createAll(store: RedisStore, count: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, i) => key(`${i}`));
  for (const name of names) await store.create(name, record({ data: '{"n":0}', subject: 'ada' }));
  return names;
}
