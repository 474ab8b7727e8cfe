// Two network namespaces of our own with one cable between them, which can be cut: one for the application, one for an engine.
import { spawnSync } from 'node:child_process';

const APP_ADDRESS = '10.211.55.1';
const ENGINE_ADDRESS = '10.211.55.2';

function ip(...args) {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr.split('\n', 1)}`);
}

/** Both ends are made within the namespaces: nothing is added to the network of the machine. */
export function openNamespaces() {
  const [app, engine] = ['app', 'engine'].map((name) => `microdot-${name}-${process.pid}`);
  const made = [];
  const close = () => {
    process.off('exit', close);
    for (const name of made.splice(0)) ip('netns', 'del', name);
  };
  process.once('exit', close);
  try {
    for (const name of [app, engine]) {
      ip('netns', 'add', name);
      made.push(name);
    }
    ip('link', 'add', 'cable', 'netns', app, 'type', 'veth', 'peer', 'name', 'cable', 'netns', engine);
    for (const [name, address] of [
      [app, APP_ADDRESS],
      [engine, ENGINE_ADDRESS],
    ]) {
      ip('-n', name, 'addr', 'add', `${address}/30`, 'dev', 'cable');
      ip('-n', name, 'link', 'set', 'cable', 'up');
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    viaApp: ['ip', 'netns', 'exec', app],
    engine: { via: ['ip', 'netns', 'exec', engine], host: ENGINE_ADDRESS, client: APP_ADDRESS },
    /** Nobody is told: packets are gone. */
    cut: () => ip('-n', engine, 'link', 'set', 'cable', 'down'),
    mend: () => ip('-n', engine, 'link', 'set', 'cable', 'up'),
    close,
  };
}

/** Why there can be none here; null where there can. */
export function whyNoNamespaces() {
  try {
    openNamespaces().close();
    return null;
  } catch (error) {
    return error.message;
  }
}
