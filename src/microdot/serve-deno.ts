// The server for Deno, on Deno.serve.

import type { Microdot } from './app.js';
import { FetchIncoming, toWebResponse } from './fetch.js';
import { listenError, type RunningServer, urlOf } from './server.js';

interface NetAddr {
  readonly hostname: string;
  readonly port: number;
}

interface DenoRuntime {
  serve(
    options: { readonly hostname: string; readonly port: number; readonly onListen: () => void },
    handler: (request: globalThis.Request, info: { readonly remoteAddr: NetAddr }) => Promise<globalThis.Response>,
  ): { readonly addr: NetAddr; readonly finished: Promise<void>; shutdown(): Promise<void> };
}

/** Listens with Deno.serve. @throws ValueError `ERR_APP_LISTEN` where it cannot. */
export async function serve(app: Microdot, host: string, port: number): Promise<RunningServer> {
  const { Deno } = globalThis as unknown as { readonly Deno: DenoRuntime };
  try {
    // run() prints where it listens; without a listener of its own Deno would print it too.
    const server = Deno.serve({ hostname: host, port, onListen: () => {} }, async (request, { remoteAddr }) => {
      const incoming = new FetchIncoming(request, [remoteAddr.hostname, remoteAddr.port]);
      return toWebResponse(await app.dispatch(incoming), request.method === 'HEAD');
    });
    return {
      url: urlOf(host, server.addr.port),
      closed: server.finished,
      close() {
        void server.shutdown();
      },
    };
  } catch (error) {
    throw listenError(error, host, port);
  }
}
