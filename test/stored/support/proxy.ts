// A TCP proxy that counts round trips, and that can be cut.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CountingProxy {
  readonly port: number;
  /** How many times a client spoke after it had listened: what the speed of light is paid for. */
  trips(): number;
  /** Ends every connection and refuses new ones; once is enough. */
  cut(): Promise<void>;
}

export async function startProxy(target: number): Promise<CountingProxy> {
  let trips = 0;
  const sockets = new Set<Socket>();
  const server = createServer((inside) => {
    const outside = connect(target, '127.0.0.1');
    let isAsking = false;
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
    inside.on('data', (chunk) => {
      if (!isAsking) trips++;
      isAsking = true;
      outside.write(chunk);
    });
    outside.on('data', (chunk) => {
      isAsking = false;
      inside.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    trips: () => trips,
    async cut() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
