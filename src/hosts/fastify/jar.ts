// The jar of a request of Fastify, which can tell Fastify's page for a crash from an answer of the application.

import type { ResponseHead } from '../../session/host.js';
import { ServerJar, type ServerRequest, type ServerResponse } from '../shared/server-response.js';

/** A request of Fastify. */
export interface FastifyHostRequest {
  /** Node's own; `upgrade` where it is no request that a head could answer. */
  readonly raw: ServerRequest & { readonly upgrade?: boolean };
  /** `http` or `https`, as Fastify's `trustProxy` has it. */
  readonly protocol: string;
  /** The context that the route belongs to. */
  readonly server: object;
}

/** The part of Fastify's reply that a host stands on. */
export interface FastifyHostReply {
  readonly raw: ServerResponse & { readonly statusCode: number };
}

/** What is shadowed; Fastify's types make it generic in ways of no use here. */
interface Sending {
  readonly sent?: boolean;
  send(payload?: unknown): unknown;
}

const NOTHING = Symbol('nothing was sent');

export class FastifyJar extends ServerJar {
  readonly #response: FastifyHostReply['raw'];
  #error: unknown;
  #sent: unknown = NOTHING;
  #isWatched = false;

  constructor(request: FastifyHostRequest, reply: FastifyHostReply) {
    const { raw } = reply;
    // The handshake of a WebSocket is not written through the response: what is saved there would be lost.
    super(request.raw, request.raw.upgrade === true ? null : raw, {
      secure: () => request.protocol === 'https',
      answer: (error) => {
        const sending = reply as FastifyHostReply & Sending;
        // It was taken out of Fastify's hands by hijack().
        if (sending.sent === true) throw error;
        sending.send(error);
      },
    });
    this.#response = raw;
  }

  /**
   * Called when an error is about to be handled, before any error handler is. Which of them answers, Fastify does not
   * say. But one that passes an error on does so with `send(error)`, or by throwing, which comes to the same; the default
   * handler at the end of the chain sends the error, too, and it alone has its page made of it. So what was sent last
   * tells: an error, and the page is Fastify's; anything else, and it is the application's. Comparing handlers would not
   * do, for each context and route may have its own, which may pass on some errors and answer others.
   */
  watch(reply: object, error: unknown): void {
    // Again when an onSend hook fails on the page itself.
    if (this.#isWatched) return;
    this.#isWatched = true;
    this.#error = error;
    const sending = reply as Sending;
    // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
    const { send } = sending;
    sending.send = (payload) => {
      this.#sent = payload;
      return send.call(reply, payload);
    };
  }

  /** Contract S13. Below 500 Fastify's page is the answer to an HTTP error, or has the status that the handler set. */
  override finish(head: ResponseHead): void {
    if (this.#isDefaultPage && this.#response.statusCode >= 500) this.drop();
    super.finish(head);
  }

  get #isDefaultPage(): boolean {
    // What is thrown need not be an error: `throw 'no'` has the default handler send the text.
    return this.#isWatched && (this.#sent instanceof Error || this.#sent === this.#error);
  }
}
