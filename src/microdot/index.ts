// The entry `microdot`: the application and what its handlers use.

import { Response } from './response.js';

export { Microdot, type MicrodotOptions, type MountOptions, type RouteOptions, type RunOptions } from './app.js';
export type { Body, StreamBody } from './body.js';
export type { HeadersInput, ResponseHeaders } from './headers.js';
export { abort, HTTPException } from './http-exception.js';
export type { ErrorReporter } from './report.js';
export { Request } from './request.js';
export type { ClientAddr, RequestHeaders } from './transport.js';
export { type PathArgs, URLPattern } from './url-pattern.js';
export type { AfterHook, BeforeHook, ErrorClass, ErrorHandler, Handler, Result } from './wiring.js';
export { Response };

/** A redirect response: `return redirect('/login')`. The same as `Response.redirect`. */
export const redirect = (location: string, statusCode?: number): Response => Response.redirect(location, statusCode);
