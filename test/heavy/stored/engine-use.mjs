// What an engine of engines.mjs has used so far: processor time, the bytes of its log, and the bytes that it keeps.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectPg } from '../../../.build/stored/support/postgres-clients.js';
import { ask } from '../../../.build/stored/support/redis-server.js';

/** `/proc` counts in hundredths of a second, on every Linux. */
const US_A_TICK = 10_000;

/** Fields of /proc/PID/stat behind the name, which may hold spaces: parent, and user and system time. */
function statOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return { parent: Number(fields[1]), us: (Number(fields[11]) + Number(fields[12])) * US_A_TICK };
}

/** A process that has just ended has used nothing: those that matter here stay. */
function statOrNull(pid) {
  try {
    return statOf(pid);
  } catch {
    return null;
  }
}

async function redisUse({ ports: [port] }) {
  const info = async (section, name) => (await ask(port, 'INFO', section)).match(new RegExp(`${name}:(\\d+)`))?.[1];
  // The log as servers have it, where a second may be lost. Its beginning is written by another process; after that it only
  // grows, since a log that is written anew is shorter than it was.
  await ask(port, 'CONFIG', 'SET', 'auto-aof-rewrite-percentage', '0');
  await ask(port, 'CONFIG', 'SET', 'appendonly', 'yes');
  while ((await info('persistence', 'aof_rewrite_in_progress')) !== '0') await sleep(10);
  const pid = await info('server', 'process_id');
  return {
    cpuUs: async () => statOf(pid).us,
    logBytes: async () => Number(await info('persistence', 'aof_current_size')),
    keptBytes: async () => Number(await info('memory', 'used_memory')),
    checkpoint: async () => {},
    close: async () => {},
  };
}

async function postgresUse({ url }) {
  const { query, end } = await connectPg(url, 1);
  const number = async (sql) => Number((await query(sql))[0][0]);
  const postmaster = statOf(await number('SELECT pg_backend_pid()')).parent;
  const family = () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(statOrNull)
      .filter((stat) => stat?.parent === postmaster);
  return {
    cpuUs: async () => family().reduce((sum, { us }) => sum + us, 0),
    logBytes: () => number("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"),
    keptBytes: () =>
      number("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname = 'microdot_sessions'"),
    checkpoint: () => query('CHECKPOINT'),
    close: end,
  };
}

export const useOf = (place) => (place.kind === 'redis' ? redisUse : postgresUse)(place);
