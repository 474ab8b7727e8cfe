// One server of the fleet: a counter in a session, whose keys change while it serves. Told what to do over IPC.
import { Microdot } from '../../../dist/microdot/index.js';
import { Session, withSession } from '../../../dist/session/index.js';

const app = new Microdot();
const session = new Session();
/** What the keys are called, in the order of the list in force. */
let labels = [];
let counts = emptyCounts();

function emptyCounts() {
  return { loads: {}, older: 0, resigned: 0, renewed: 0, rejected: {} };
}

const add = (record, name) => {
  record[name] = (record[name] ?? 0) + 1;
};

// What an operator would count: `keyIndex` over 0 is a visitor whose cookie an older key signed.
function onEvent(event) {
  if (event.type === 'load') {
    add(counts.loads, labels[event.keyIndex]);
    if (event.keyIndex > 0) counts.older++;
  } else if (event.type === 'resign') counts.resigned++;
  else if (event.type === 'renew') counts.renewed++;
  else if (event.type === 'reject') add(counts.rejected, event.reason);
}

app.get(
  '/count',
  withSession((_request, data) => {
    data.n = (data.n ?? 0) + 1;
    data.save();
    return { n: data.n, pid: process.pid };
  }),
);

app.get(
  '/look',
  withSession((_request, data) => ({ n: data.n ?? 0, pid: process.pid })),
);

const commands = {
  start({ port, behind, clockTolerance, idleTimeout, absoluteTimeout }) {
    session.initialize(app, {
      idleTimeout,
      absoluteTimeout,
      clockTolerance,
      onEvent,
      now: () => Date.now() / 1000 - behind,
    });
    void app.run({ host: '127.0.0.1', port });
  },
  keys({ keys }) {
    labels = keys.map(({ label }) => label);
    session.secretKey = keys.map(({ id, secret }) => (id === undefined ? secret : { id, secret }));
  },
  resign({ resign }) {
    session.initialize(app, { resign });
  },
  counts() {
    const before = counts;
    counts = emptyCounts();
    return before;
  },
};

process.on('message', ({ command, ...rest }) => process.send({ done: commands[command](rest) ?? null }));
// The parent is gone, however it went.
process.on('disconnect', () => process.exit(0));
