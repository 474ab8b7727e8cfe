// What reading and making a key needs from the machine, in one object, so that tests can cut the power after any step.

import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import process from 'node:process';

import { warn } from '../platform.js';

/** The calls of `node:fs` that are used, each one step after which a power cut may come. */
export type Files = Pick<
  typeof fs,
  | 'closeSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'linkSync'
  | 'lstatSync'
  | 'openSync'
  | 'readdirSync'
  | 'readSync'
  | 'renameSync'
  | 'statSync'
  | 'unlinkSync'
  | 'writeSync'
>;

export interface Environment {
  readonly files: Files;
  readonly randomBytes: (size: number) => Uint8Array;
  /** The clock that file times come from. */
  readonly nowMs: () => number;
  /** A clock that nobody sets. */
  readonly elapsedMs: () => number;
  readonly sleep: (ms: number) => void;
  readonly warn: (code: string, message: string) => void;
  readonly windows: boolean;
  /** A lock of this age, or seen unchanged for as long, belongs to nobody. */
  readonly staleMs: number;
  /** How long to wait for a lock. Longer than `staleMs`, so that one start after a crash is enough. */
  readonly waitMs: number;
}

export const systemEnvironment: Environment = Object.freeze({
  files: fs,
  randomBytes,
  nowMs: () => Date.now(),
  elapsedMs: () => performance.now(),
  // Blocks, as every call here does: a program cannot serve before it has its key.
  sleep: (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  warn,
  windows: process.platform === 'win32',
  // Making a key takes milliseconds on a disk, four flushes on a slow card some seconds; FAT rounds times down by 2 s.
  staleMs: 10_000,
  waitMs: 15_000,
});
