// The databases of every driver, as their public types have them, fit the store; what is not one does not compile.
import type { DatabaseSync } from 'node:sqlite';
import {
  type OpenedSqlite,
  openSqlite,
  type SqliteDatabase,
  type SqliteStoreOptions,
  sqliteStore,
} from '../../dist/stored/sqlite.js';
import type { RevocationLog, SessionStore } from '../../dist/stored/store.js';
import { type Equal, expectNot, expectType, type IsAny } from './assert.js';

/** better-sqlite3 as @types/better-sqlite3 has it, and libsql, whose own types are a copy. */
interface BetterStatement<BindParameters extends unknown[], Result = unknown> {
  run(...params: BindParameters): { changes: number; lastInsertRowid: number | bigint };
  all(...params: BindParameters): Result[];
}
interface BetterDatabase {
  readonly open: boolean;
  readonly inTransaction: boolean;
  prepare<BindParameters extends unknown[] | object = unknown[], Result = unknown>(
    source: string,
  ): BindParameters extends unknown[]
    ? BetterStatement<BindParameters, Result>
    : BetterStatement<[BindParameters], Result>;
  exec(source: string): this;
}

/** node-sqlite3-wasm. */
type WasmValue = boolean | number | bigint | string | Uint8Array | null;
type WasmValues = WasmValue | WasmValue[] | Record<string, WasmValue>;
interface WasmStatement {
  run(values?: WasmValues): { changes: number; lastInsertRowid: number | bigint };
  all(values?: WasmValues, options?: { expand?: boolean }): Record<string, unknown>[];
  finalize(): void;
}
interface WasmDatabase {
  get inTransaction(): boolean;
  exec(sql: string): void;
  prepare(sql: string): WasmStatement;
}

/** bun:sqlite, whose statements and `exec` are generic in what they bind. */
type BunValues = string | bigint | NodeJS.TypedArray | number | boolean | null | Record<string, string | number | null>;
interface BunStatement<Result = unknown, Params extends BunValues[] = BunValues[]> {
  all(...params: Params): Result[];
  run(...params: Params): { lastInsertRowid: number | bigint; changes: number };
  finalize(): void;
}
interface BunDatabase {
  get inTransaction(): boolean;
  exec<Params extends BunValues[]>(sql: string, ...bindings: Params[]): { changes: number };
  prepare<Result, Params extends BunValues | BunValues[]>(
    sql: string,
    params?: Params,
  ): BunStatement<Result, Params extends BunValues[] ? Params : [Params]>;
}

declare const node: DatabaseSync;
declare const better: BetterDatabase;
declare const wasm: WasmDatabase;
declare const bun: BunDatabase;

for (const database of [node, better, wasm, bun])
  expectType<Equal<typeof database extends SqliteDatabase ? 1 : 0, 1>>();
const store = sqliteStore(node);
sqliteStore(better, { table: 'sessions' });
sqliteStore(wasm, { table: undefined });
sqliteStore(bun, {});

expectType<Equal<typeof store, Required<SessionStore> & RevocationLog>>();
expectType<Equal<ReturnType<typeof openSqlite>, Promise<OpenedSqlite>>>();
expectNot<IsAny<SqliteStoreOptions['table']>>();
export const opened = async (): Promise<SessionStore & RevocationLog> => sqliteStore(await openSqlite('sessions.db'));

// @ts-expect-error a path is no database
sqliteStore('sessions.db');
// @ts-expect-error nor is the promise of one
sqliteStore(openSqlite('sessions.db'));
// @ts-expect-error a client that is asynchronous has other names
sqliteStore({ execute: async (_sql: string) => [] });
// @ts-expect-error no such option
sqliteStore(node, { tables: 'sessions' });
