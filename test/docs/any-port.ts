// Loaded before a block of the documents runs: whatever port it asks for, it listens on a free one of 127.0.0.1.
import { Server } from 'node:net';

// oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
const { listen } = Server.prototype;

Server.prototype.listen = function listenAnywhere(this: Server, ...args: readonly unknown[]): Server {
  const callback = args.find((arg): arg is () => void => typeof arg === 'function');
  this.once('listening', () => {
    const address = this.address();
    if (typeof address === 'object' && address !== null) process.send?.(address.port);
    // The channel to the parent must not keep a program alive that has nothing left to do.
    process.channel?.unref();
  });
  return listen.call(this, { port: 0, host: '127.0.0.1' }, callback);
};
