// The connections of the server for Node, and which of them have a request at work: a shutdown ends all others.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export class Connections {
  /** How many responses are not handed to the system yet: several where a client did not wait for the first. */
  readonly #atWork = new Map<Socket, number>();
  #isClosing = false;

  add(socket: Socket): void {
    this.#atWork.set(socket, 0);
    socket.once('close', () => this.#atWork.delete(socket));
  }

  /** A request has come in. */
  begin({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#count(socket, 1);
    // It comes when the last byte was handed over, and where the client has gone.
    response.once('close', () => this.#count(socket, -1));
  }

  /** Ends each connection, one with a request at work after that. What has sent no whole head has asked for nothing. */
  close(): void {
    this.#isClosing = true;
    for (const [socket, atWork] of this.#atWork) if (atWork === 0) socket.destroy();
  }

  #count(socket: Socket, change: 1 | -1): void {
    const before = this.#atWork.get(socket);
    // It has closed before its response did.
    if (before === undefined) return;
    const atWork = before + change;
    this.#atWork.set(socket, atWork);
    if (this.#isClosing && atWork === 0) socket.destroy();
  }
}
