// Types of path arguments: inferred from the pattern literal (contract H1).

import { Microdot, type PathArgs, type Request, URLPattern } from '../../dist/microdot/index.js';
import { type Equal, expectType } from './assert.js';

expectType<Equal<PathArgs<'/'>, Record<never, never>>>();
expectType<Equal<PathArgs<'/<name>'>, { readonly name: string }>>();
expectType<Equal<PathArgs<'/x/<int:id>'>, { readonly id: number }>>();
expectType<Equal<PathArgs<'/<re:(?:a|b):c>'>, { readonly c: string }>>();
expectType<
  Equal<
    PathArgs<'/users/<int:id>/<path:rest>/<re:[0-9]+:code>/<name>'>,
    { readonly id: number; readonly rest: string; readonly code: string; readonly name: string }
  >
>();
expectType<Equal<PathArgs<string>, { readonly [name: string]: string | number }>>();

const app = new Microdot();
app.get('/x/<int:id>', (request, { id }) => {
  expectType<Equal<typeof request, Request>>();
  expectType<Equal<typeof id, number>>();
  return { id };
});
app.route('/<a>/<b>', { methods: ['POST'] }, async (_request, args) => {
  expectType<Equal<typeof args, { readonly a: string; readonly b: string }>>();
  // @ts-expect-error: no such argument
  return [args.a, args.b, args.c];
});
app.get('/x', () => null);
// @ts-expect-error: a number is no answer
app.get('/x', () => 404);
// @ts-expect-error: neither is nothing, most likely a forgotten return
app.get('/x', () => {});
// @ts-expect-error: arguments are read-only
app.get('/<a>', (_request, args) => (args.a = 'x'));
app.get('/' as string, (_request, args) => String(args.anything));

class Oops extends Error {
  readonly why = 'x';
}
app.errorHandler(Oops, (_request, error) => error.why);
app.errorHandler(404, (_request, error) => error.reason);
app.beforeRequest((request) => {
  expectType<Equal<typeof request.json, unknown>>();
});
app.afterRequest((_request, response) => response.setCookie('a', '1', { sameSite: 'Lax' }));

const args = new URLPattern('/<int:id>').match('/1');
expectType<Equal<typeof args, { readonly id: number } | null>>();
