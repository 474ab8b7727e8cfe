// Every driver of SQLite that this runtime has, opened as openSqlite() opens it.
import { join } from 'node:path';
import { type Drivers, type OpenedSqlite, openSqliteWith } from '../../../dist/stored/sqlite/open.js';
import { importTool, type Need, needs, runtime } from '../../support/needs.js';

export interface DriverUnderTest {
  readonly name: string;
  readonly need: Need;
  /** Whether it can have WAL: many readers beside a writer, and no flush for each change. */
  readonly hasWal: boolean;
}

const builtin: Drivers['builtin'] = (name) =>
  (process as { getBuiltinModule?: Drivers['builtin'] }).getBuiltinModule?.(name);

/** A runtime without a driver is no lack of the machine: CI runs the others too. */
const has = (found: boolean, reason: string): Need => (found ? {} : { skip: reason });

const node = Number(process.versions.node.split('.')[0]);

export const drivers: readonly DriverUnderTest[] = [
  {
    name: 'node:sqlite',
    need: has(builtin('node:sqlite') !== undefined, 'this runtime has no node:sqlite: Node has it since 22.13'),
    hasWal: true,
  },
  { name: 'bun:sqlite', need: has(runtime === 'bun', 'bun:sqlite is in Bun alone'), hasWal: true },
  {
    name: 'better-sqlite3',
    // Version 13 ends Node 20 with a segmentation fault when it is loaded.
    need: node < 22 ? has(false, 'better-sqlite3 13 is for Node 22 or later') : needs.tool('better-sqlite3'),
    hasWal: true,
  },
  {
    name: 'libsql',
    // Seen with libsql 0.5.29 on Deno 2.9.5.
    need:
      runtime === 'deno' ? has(false, 'libsql ends Deno with a segmentation fault at its exit') : needs.tool('libsql'),
    hasWal: true,
  },
  { name: 'node-sqlite3-wasm', need: needs.tool('node-sqlite3-wasm'), hasWal: false },
];

/** What {@link openSqliteWith} finds where `name` is the only driver. */
export const only = (name: string): Drivers => ({
  builtin: (other) => (other === name ? builtin(name) : undefined),
  import: async (other) => {
    if (other !== name) throw new Error('not installed');
    return importTool(name);
  },
});

export const openWith = (name: string, path: string): Promise<OpenedSqlite> => openSqliteWith(only(name), path);

/** The arguments that run a compiled file of this folder in another process of this runtime. */
export const childArguments = (file: string): readonly string[] => [
  ...(runtime === 'deno' ? ['run', '--allow-all', '--no-check'] : []),
  join(import.meta.dirname, file),
];

/** Rows of a query without values. */
export const rowsOf = (database: OpenedSqlite, sql: string): readonly Record<string, unknown>[] =>
  database.prepare(sql).all() as readonly Record<string, unknown>[];
