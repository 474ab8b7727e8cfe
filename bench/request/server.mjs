// One server of stacks.mjs in a process of its own: node server.mjs FRAMEWORK STACK. Tells its port, and on every message
// the CPU time that it has used, all threads, in microseconds.

import { STACKS } from './stacks.mjs';

const [, , framework, stack] = process.argv;
const port = await STACKS[framework][stack]();
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpu: user + system });
});
process.on('disconnect', () => process.exit(0));
process.send({ port });
