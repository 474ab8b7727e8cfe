// Fastify's own way to test, as a Response: no socket, and the same answer.
import type { FastifyInstance, InjectOptions } from 'fastify';

export async function injected(
  app: Pick<FastifyInstance, 'inject'>,
  url: string,
  options: InjectOptions = {},
): Promise<Response> {
  const { statusCode, headers, rawPayload } = await app.inject({ ...options, url });
  const lines = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value ?? []].flat()) lines.append(name, String(one));
  }
  const isEmpty = statusCode === 204 || statusCode === 304;
  return new Response(isEmpty ? null : new Uint8Array(rawPayload), { status: statusCode, headers: lines });
}
