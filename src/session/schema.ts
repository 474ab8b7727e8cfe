// A schema for the session's data, and the way from an older shape to it. Any library that speaks Standard Schema.

import { typeName, ValueError } from '../errors.js';
import { quietly } from './events.js';
import { pathText, payloadJson } from './payload.js';

/** One thing that a schema has against a value. */
interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

type Result<T> = { readonly value: T; readonly issues?: undefined } | { readonly issues: readonly Issue[] };

/** What zod, valibot, arktype and others have in common (standardschema.dev, version 1). */
export interface StandardSchema<T = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => Result<T> | Promise<Result<T>>;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** From data of an older shape to data that the schema takes; `null` gives them up. */
export type Migrate<T> = (old: Record<string, unknown>) => Partial<T> | null;

export interface Shape {
  readonly schema: StandardSchema<object> | null;
  readonly migrate: Migrate<object> | null;
}

/**
 * Loaded data in the shape of the schema; null where they do not fit and cannot be migrated. A schema or a `migrate` that
 * throws on an old cookie is the same as giving it up: a visitor must not be locked out by what the program once wrote.
 * @throws ValueError `ERR_SESSION_BAD_OPTION` where one of them is asynchronous
 */
export function shapeOf(payload: object, { schema, migrate }: Shape): object | null {
  if (schema === null || isEmpty(payload)) return payload;
  const fitting = fit(schema, payload);
  if (fitting !== null || migrate === null) return fitting;
  const moved = orNull(() => migrate({ ...payload }));
  assertSynchronous(moved, 'migrate');
  if (!isRecord(moved)) return null;
  return isEmpty(moved) ? moved : fit(schema, moved);
}

/**
 * Data to be saved, as the schema returns them. An empty session is not checked: it is what every visitor begins with.
 * @throws ValueError `ERR_SESSION_BAD_PAYLOAD`; `ERR_SESSION_SCHEMA` with the path and the schema's words;
 * `ERR_SESSION_BAD_OPTION` where it is asynchronous, or returns nothing
 */
export function checkShape(data: object, { schema }: Shape): object {
  if (schema === null) return data;
  // What the next request will load, to the letter: plain objects of their own, without what is undefined.
  const saved: object = JSON.parse(payloadJson(data));
  if (isEmpty(saved)) return saved;
  const result = assertSynchronous(schema['~standard'].validate(saved), 'schema');
  if (!isObject(result)) {
    throw badAnswer('schema', `must return a value or issues; this one returned ${typeName(result)}`);
  }
  if (result.issues === undefined) return result.value;
  const [first] = result.issues;
  const path = pathText((first?.path ?? []).map((part) => partOf(typeof part === 'object' ? part.key : part)));
  throw new ValueError(
    'ERR_SESSION_SCHEMA',
    `the session does not fit its schema${path === '' ? '' : ` at ${path}`}: ${first?.message ?? 'no reason given'}`,
  );
}

function fit(schema: StandardSchema<object>, value: object): object | null {
  const result = assertSynchronous(
    orNull(() => schema['~standard'].validate(value)),
    'schema',
  );
  // One that returns nothing takes nothing.
  return isObject(result) && result.issues === undefined && isRecord(result.value) ? result.value : null;
}

/** A read cannot wait, and a promise taken for data would be an empty session to everybody. */
function assertSynchronous<V>(value: V | Promise<V>, name: string): V {
  if (typeof (value as { then?: unknown } | null)?.then !== 'function') return value as V;
  // Its rejection, which nobody will see, would end the process.
  quietly(() => value);
  throw badAnswer(name, 'must be synchronous; this one returned a promise');
}

const badAnswer = (name: string, problem: string): ValueError =>
  new ValueError('ERR_SESSION_BAD_OPTION', `session option '${name}' ${problem}`);

function orNull<V>(call: () => V): V | null {
  try {
    return call();
  } catch {
    return null;
  }
}

const isEmpty = (data: object): boolean => Object.keys(data).length === 0;

/** A result may be an array: the one of arktype that has issues is. */
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const isRecord = (value: unknown): value is object => isObject(value) && !Array.isArray(value);

const partOf = (key: PropertyKey): string | number => (typeof key === 'number' ? key : String(key));
