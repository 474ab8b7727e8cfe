// Both clients of PostgreSQL, of tools/, behind one face.
import {
  type PgClient,
  type PostgresJsClient,
  type PostgresStore,
  postgresStore,
} from '../../../dist/stored/postgres.js';
import { importTool } from '../../support/needs.js';

interface PgPool extends PgClient {
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}
interface Pg {
  readonly default: { readonly Pool: new (options: { connectionString: string; max: number }) => PgPool };
}
interface PostgresJs extends PostgresJsClient {
  end(options: { timeout: number }): Promise<void>;
}
interface PostgresJsModule {
  readonly default: (url: string, options: object) => PostgresJs;
}

export interface OpenClient {
  readonly client: PgClient | PostgresJsClient;
  /** Rows of any statements, as arrays of columns. */
  readonly query: (text: string, values?: (string | number | null)[]) => Promise<readonly unknown[][]>;
  readonly end: () => Promise<void>;
}

export type Connect = (url: string, max?: number) => Promise<OpenClient>;

export const connectPg: Connect = async (url, max = 4) => {
  const { default: pg } = await importTool<Pg>('pg');
  const pool = new pg.Pool({ connectionString: url, max });
  // Without it, the end of an idle connection ends the process.
  pool.on('error', () => {});
  return {
    client: pool,
    query: async (text, values = []) => (await pool.query({ text, values, rowMode: 'array' })).rows,
    end: () => pool.end(),
  };
};

export const connectPostgresJs: Connect = async (url, max = 4) => {
  const { default: postgres } = await importTool<PostgresJsModule>('postgres');
  const sql = postgres(url, { max, onnotice: () => {} });
  return {
    client: sql,
    query: async (text, values = []) => sql.unsafe(text, values).values(),
    end: () => sql.end({ timeout: 1 }),
  };
};

export const clients = [
  { name: 'pg', connect: connectPg },
  { name: 'postgres', connect: connectPostgresJs },
] as const;

let tables = 0;

export interface OpenPostgresStore extends OpenClient {
  readonly store: PostgresStore;
  readonly table: string;
}

/** A store over tables that nobody else uses. */
export async function openStore(connected: OpenClient, partitions?: number): Promise<OpenPostgresStore> {
  const table = `sessions_${tables++}`;
  const store = postgresStore(connected.client, { table });
  await store.migrate(partitions === undefined ? {} : { partitions });
  return { ...connected, store, table };
}
