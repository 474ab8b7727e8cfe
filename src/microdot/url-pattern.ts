// URL patterns: static paths with <name>, <int:name>, <path:name> and <re:EXPR:name> segments.

import { typeName, ValueError } from '../errors.js';

type LastColon<S extends string, Head extends string = ''> = S extends `${infer A}:${infer B}`
  ? LastColon<B, Head extends '' ? A : `${Head}:${A}`>
  : [Head, S];
type ArgOf<Segment extends string> =
  LastColon<Segment> extends [infer Kind extends string, infer Name extends string]
    ? { readonly [K in Name]: Kind extends 'int' ? number : string }
    : never;
type Args<P extends string> = P extends `${string}<${infer Segment}>${infer Rest}`
  ? ArgOf<Segment> & Args<Rest>
  : unknown;
type Merge<T> = { readonly [K in keyof T]: T[K] };

/** The path arguments of a pattern literal: `'/users/<int:id>'` gives `{ readonly id: number }`. */
export type PathArgs<P extends string> = string extends P
  ? { readonly [name: string]: string | number }
  : Merge<Args<P>>;

type ArgValues = { readonly [name: string]: string | number };

interface Arg {
  readonly name: string;
  readonly isInt: boolean;
  /** Which capture group holds it: an expression may have groups of its own. */
  readonly group: number;
}

const NAME = /^[A-Za-z_$][\w$]*$/;
const NO_ARGS: ArgValues = Object.freeze(Object.create(null));

/**
 * A compiled URL pattern.
 *
 * A segment is text, or one argument: `<name>` (anything but `/`), `<int:name>` (`-?\d+`, a safe integer), `<path:name>`
 * (anything, `/` too; once in a pattern) or `<re:EXPR:name>` (a regular expression without `<`, `>` and `/`, whose
 * running time is its author's care). Arguments are percent-decoded; what is no UTF-8 stays as it was sent.
 */
export class URLPattern<P extends string = string> {
  /** The pattern as it was given. */
  readonly text: P;
  readonly #literal: string;
  readonly #expression: RegExp | null = null;
  readonly #args: readonly Arg[];

  /** @throws ValueError `ERR_APP_BAD_ROUTE` for a pattern that cannot be compiled. */
  constructor(pattern: P) {
    if (typeof pattern !== 'string') fail(`a URL pattern must be text, not ${typeName(pattern)}`);
    this.text = pattern;
    const args: Arg[] = [];
    let source = '';
    let literal = '';
    let groups = 0;
    for (const segment of pattern.replace(/^\/+/, '').split('/')) {
      const arg = parseArg(segment, pattern);
      if (arg === null) {
        const text = encodeLiteral(segment);
        if (args.length === 0) literal += `/${text}`;
        source += `/${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
        continue;
      }
      if (args.some(({ name }) => name === arg.name))
        fail(`the URL pattern '${pattern}' has two arguments '${arg.name}'`);
      // One greedy run and segments that cannot hold a slash match in linear time; two runs are quadratic.
      if (arg.kind === 'path' && source.includes('/(.+)'))
        fail(`the URL pattern '${pattern}' has two <path:> arguments`);
      source += `/(${arg.source})`;
      args.push({ name: arg.name, isInt: arg.kind === 'int', group: groups + 1 });
      groups += 1 + arg.groups;
    }
    this.#literal = args.length === 0 ? literal : `${literal}/`;
    this.#args = args;
    if (args.length > 0) this.#expression = new RegExp(`^${source}$`);
  }

  /** The arguments of a path (as sent, without query), `null` where it does not match. */
  match(path: string): PathArgs<P> | null {
    return this.#match(path) as PathArgs<P> | null;
  }

  #match(path: string): ArgValues | null {
    if (this.#expression === null) return path === this.#literal ? NO_ARGS : null;
    const found = path.startsWith(this.#literal) ? this.#expression.exec(path) : null;
    if (found === null) return null;
    const values: Record<string, string | number> = Object.create(null);
    for (const { name, isInt, group } of this.#args) {
      const text = found[group];
      // + 0 makes 0 of -0. A number that would not be the one in the URL is no match.
      const value = isInt ? Number(text) + 0 : decode(text);
      if (isInt && !Number.isSafeInteger(value)) return null;
      values[name] = value;
    }
    return values;
  }
}

interface ParsedArg {
  readonly kind: string;
  readonly name: string;
  readonly source: string;
  readonly groups: number;
}

const SOURCES: Readonly<Record<string, string>> = { string: '[^/]+', int: '-?\\d+', path: '.+' };

function parseArg(segment: string, pattern: string): ParsedArg | null {
  if (!/[<>]/.test(segment)) return null;
  const inner = segment.slice(1, -1);
  if (!segment.startsWith('<') || !segment.endsWith('>') || /[<>]/.test(inner)) {
    fail(`an argument of the URL pattern '${pattern}' must be a whole segment between slashes, as <name>`);
  }
  const colon = inner.lastIndexOf(':');
  const name = inner.slice(colon + 1);
  const kind = colon < 0 ? 'string' : inner.slice(0, colon);
  if (!NAME.test(name)) fail(`an argument of the URL pattern '${pattern}' needs a name of letters, digits, _ and $`);
  if (kind.startsWith('re:')) return { kind: 're', name, ...compile(kind.slice(3), pattern) };
  if (!Object.hasOwn(SOURCES, kind))
    fail(`the URL pattern '${pattern}' has a type that is not string, int, path or re:EXPR`);
  return { kind, name, source: SOURCES[kind], groups: 0 };
}

/** Compiled alone first: `a)|(b` would be valid inside our group and match what it should not. */
function compile(source: string, pattern: string): { source: string; groups: number } {
  try {
    // The empty alternative matches '', and the result shows how many groups the expression has.
    const groups = (new RegExp(`(?:${new RegExp(source).source})|`).exec('')?.length ?? 1) - 1;
    return { source, groups };
  } catch (cause) {
    return fail(`the URL pattern '${pattern}' has a regular expression that does not compile`, cause);
  }
}

function fail(message: string, cause?: unknown): never {
  throw new ValueError('ERR_APP_BAD_ROUTE', message, cause === undefined ? undefined : { cause });
}

/** A path arrives percent-encoded, so that `/café` in a pattern must be too. */
function encodeLiteral(segment: string): string {
  return segment.replace(/\p{Surrogate}/gu, '\ufffd').replace(/[^\x21-\x7e]+/gu, encodeURIComponent);
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}
