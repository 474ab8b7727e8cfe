// The shapes of microdot-behaviour.json. Its README (test/vectors/README.md) says what they mean.

export type Step = readonly [string, ...unknown[]];

export interface Secret {
  readonly text?: string;
  readonly hex?: string;
}

export interface HandlerSpec {
  readonly with_session?: boolean;
  readonly sync?: boolean;
  readonly steps: readonly Step[];
}

export interface RouteSpec extends HandlerSpec {
  readonly path: string;
  readonly methods: readonly string[];
}

export interface InitializeSpec {
  readonly on?: string;
  readonly secret_key?: Secret | null;
  readonly cookie_options?: Record<string, unknown> | null;
  readonly cookie_options_shared?: string;
}

export interface SessionSpec extends InitializeSpec {
  readonly id: string;
  readonly initialize?: readonly InitializeSpec[];
}

export interface AppSpec {
  readonly id: string;
  readonly routes: readonly RouteSpec[];
  readonly sessions?: readonly SessionSpec[];
  readonly before_request?: readonly HandlerSpec[];
  readonly after_request?: readonly HandlerSpec[];
  readonly after_error_request?: readonly HandlerSpec[];
  readonly errorhandler?: readonly (readonly [number | string, HandlerSpec])[];
  readonly mounts?: readonly { readonly prefix: string; readonly local?: boolean; readonly app: AppSpec }[];
  readonly shared_options?: Record<string, Record<string, unknown>>;
  readonly shared_headers?: Record<string, string | string[]>;
}

export interface RequestSpec {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[] | null;
  readonly body: string | null;
  readonly raw_base64?: string;
}

export interface ParsedCookie {
  readonly name: string;
  readonly value: string;
  readonly payload?: unknown;
  readonly attributes: readonly (readonly string[])[];
}

export interface ResponseSpec {
  readonly status: number;
  readonly body: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly set_cookie_parsed: readonly ParsedCookie[];
}

export interface Scenario {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly app: AppSpec;
  readonly requests: readonly RequestSpec[];
  readonly responses: readonly ResponseSpec[];
}
