// The server for Bun, on Bun.serve.

import type { Microdot } from './app.js';
import { FetchIncoming, toWebResponse } from './fetch.js';
import { listenError, type RunningServer, urlOf } from './server.js';

interface BunServer {
  readonly port: number;
  requestIP(request: globalThis.Request): { readonly address: string; readonly port: number } | null;
  /** Resolves when the requests in flight are finished. */
  stop(closeActiveConnections?: boolean): Promise<void>;
}

interface BunRuntime {
  serve(options: {
    readonly hostname: string;
    readonly port: number;
    readonly fetch: (request: globalThis.Request, server: BunServer) => Promise<globalThis.Response>;
  }): BunServer;
}

/** Listens with Bun.serve. @throws ValueError `ERR_APP_LISTEN` where it cannot. */
export async function serve(app: Microdot, host: string, port: number): Promise<RunningServer> {
  const { Bun } = globalThis as unknown as { readonly Bun: BunRuntime };
  let server: BunServer;
  try {
    server = Bun.serve({
      hostname: host,
      port,
      async fetch(request, running) {
        const peer = running.requestIP(request);
        const clientAddr = peer === null ? null : ([peer.address, peer.port] as const);
        return toWebResponse(await app.dispatch(new FetchIncoming(request, clientAddr)), request.method === 'HEAD');
      },
    });
  } catch (error) {
    throw listenError(error, host, port);
  }
  let finished: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    finished = resolve;
  });
  return {
    url: urlOf(host, server.port),
    closed,
    close() {
      void server.stop().then(finished);
    },
  };
}
