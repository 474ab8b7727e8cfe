// The section that says how it was measured: what is fair, what is not, where, and with which versions.

import { table } from './figures.mjs';

const TEXT = `## Method

**One process, in turns.** The variants of a table run in rounds, each round a short batch of every one, each time another
one first. A ratio is taken within a round and the median of all rounds is told, so that other work on the machine meets
all of them alike. The spread is the interval that holds the median in about 95 % of runs, between two of the measured
values; no distribution is assumed.

**CPU time, not the clock.** \`process.cpuUsage()\` of the process under test, all its threads: what keeps a server from
other work. A library that hands its work to another thread pays for both; asynchronous ones run with 64 promises in
flight, since awaited one by one they would also pay for an empty queue.

**Each peer as its documentation says, at its best settings**: keys prepared, \`KeyObject\` where one is taken, caches
where there are some, \`NODE_ENV=production\`. The code is [\`bench/codec/peers.mjs\`](../bench/codec/peers.mjs) and
[\`bench/request/stacks.mjs\`](../bench/request/stacks.mjs); \`npm test --prefix bench\` proves that each of them
gives the same data back and refuses what was tampered with.

What is fair:

- JWT libraries do the same work as microdot: the header is parsed, the algorithm pinned, \`exp\`, \`nbf\` and \`iat\` checked
  where they are there.
- microdot is measured as it is installed and by its public names: \`session.encode\` and \`session.decode\`, with the limits
  and checks that sessions need; on requests also with \`Vary\` and \`Cache-Control\`, which the others do not set. From data
  to a token and back the token cache is off unless a row says that it is on; on requests it is as installed, that is on.
- Tokens to verify are cut out of a header each time, as a server gets them, 256 different ones in turns; 8 where a cache
  is measured. Every visitor of a server has a connection and cookies of its own, and comes back with the newest.

What is not:

- Signed JSON (\`@fastify/cookie\`, \`cookie-signature\`, \`cookie-session\`) is less work than a JWT: no header, no claims, no
  dates; some use SHA-1 or no base64. Encryption is more.
- \`createHmac\` and \`@noble/hashes\` are a dozen lines for one kind of token: no other header, no claims, one key. "By hand"
  on a server is a codec and a dozen lines more, not a session.
- \`express-session\` and \`@fastify/session\` in memory keep the data in the process, so that a second process would not know
  them, and a store over a network would cost more. microdot sends all of the data with every save.
- \`@node-rs/jsonwebtoken\` and \`@tsndr/cloudflare-worker-jwt\` always write \`iat\`.
- The client of the part "request" runs on the same machine, over loopback. It is not in the figures, which are the
  server's, but it takes a core of it, and its caches.
- One machine with one kind of processor. Another one may rank what is close differently.`;

const COMMANDS = `Parts can be measured alone, and on any Node; each keeps its result in \`bench/results/\`, from which this page is made:

\`\`\`sh
npm run bench -- codec --node /path/to/node     # or request, scale, package
npm run bench -- --quick --check                # within a minute: are the goals held? Nothing is written
npm run bench -- scale --full                   # up to ten million visitors
npm run bench -- request --full                 # the rows of the goals in runs of 5 s: an hour for each Node
npm run bench -- --report                       # this page from the results there are
\`\`\``;

/** The reasons of what is missing, which must not look like a choice. */
function notMeasured(results) {
  const reasons = new Map();
  for (const { node, tokenCache, skipped = {} } of results) {
    if (tokenCache === false) reasons.set('the token cache', 'not in the build that was measured');
    for (const [what, why] of Object.entries(skipped)) reasons.set(`${what}, Node ${node.slice(1)}`, why);
  }
  reasons.set("Python's Microdot", 'neither in npm nor in Debian, so it is not part of this bench');
  return Array.from(reasons, ([what, why]) => `- ${what}: ${why}.`).join('\n');
}

export function method(results) {
  const runs = results.map(({ part, node, date, commit, seconds, machine }) => [
    `${part}, Node ${node.slice(1)}`,
    `${date.replace('T', ' ')} UTC`,
    commit,
    `${seconds} s`,
    String(machine.load),
  ]);
  const machines = new Set(
    results.map(({ machine }) => {
      const sha = machine.sha === null ? '' : machine.sha ? ', SHA-256 instructions' : ', no SHA-256 instructions';
      return `${machine.cpu}, ${machine.cores} cores${sha}, ${machine.memoryGb} GB, ${machine.system}`;
    }),
  );
  const versions = Object.entries(results[0]?.versions ?? {}).map(([name, version]) => `${name} ${version}`);
  return `${TEXT}

${COMMANDS}

The machine: ${[...machines].join('; ')}. "Load" is its load average when the part began: 0 is a quiet machine.

${table(['part', 'when', 'commit', 'took', 'load'], runs)}

Against: ${versions.join(', ')}.

Not measured:

${notMeasured(results)}`;
}
