// A TCP proxy before an engine, which can be told to hold back what passes: for a while, as a slow network does.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export async function startSlowProxy(target) {
  let delayMs = 0;
  let slowConnections = 0;
  let connections = 0;
  const sockets = new Set();

  /** In their order, as TCP has it: what comes after the delay has ended waits for what was held back before. */
  function pipe(from, to, number) {
    let before = Promise.resolve();
    from.on('data', (chunk) => {
      const dueMs = performance.now() + (number < slowConnections ? delayMs : 0);
      before = before.then(async () => {
        const restMs = dueMs - performance.now();
        if (restMs > 0) await sleep(restMs, undefined, { ref: false });
        to.write(chunk);
      });
    });
  }

  const server = createServer((inside) => {
    const outside = connect(target, '127.0.0.1');
    const number = connections++;
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        inside.destroy();
        outside.destroy();
      });
    }
    pipe(inside, outside, number);
    outside.on('data', (chunk) => inside.write(chunk));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: server.address().port,
    /** @param count of the connections, the oldest ones first */
    delay(ms, count = Infinity) {
      delayMs = ms;
      slowConnections = count;
    },
    /** Ends every connection, with all that was held back. */
    reset,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      reset();
      await closed;
    },
  };
}
