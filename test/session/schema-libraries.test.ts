// The libraries that people describe data with: each takes and refuses the same sessions.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Session, type StandardSchema } from '../../dist/session/index.js';
import { forge, SECRET } from '../jwt/forge.js';
import { throwsCode } from '../support/errors.js';
import { cookieOf, FakeHost, tokenOf, visit } from '../support/fake-host.js';
import { importTool, needs } from '../support/needs.js';

type Data = Record<string, unknown>;
type Make = (...args: readonly unknown[]) => never;

/** What the tests use of each; the packages may be absent when this is compiled. */
type Library = Readonly<Record<string, Make>>;

/** `{ n: number, theme: string = 'light', cart?: { sku: string }[] }`, unknown keys removed. */
const libraries: Readonly<Record<string, () => Promise<StandardSchema<Data>>>> = {
  zod: async () => {
    const { z } = await importTool<{ readonly z: Library }>('zod');
    const text = z.string();
    const cart = z.array(z.object({ sku: text }));
    return z.object({ n: z.number(), theme: z.prefault(text, 'light'), cart: z.optional(cart) });
  },
  valibot: async () => {
    const v = await importTool<Library>('valibot');
    const cart = v.array(v.object({ sku: v.string() }));
    return v.object({ n: v.number(), theme: v.optional(v.string(), 'light'), cart: v.optional(cart) });
  },
  arktype: async () => {
    const { type } = await importTool<{ readonly type: Make }>('arktype');
    return type({ '+': 'delete', n: 'number', theme: "string = 'light'", 'cart?': type({ sku: 'string' }, '[]') });
  },
};

const token = (payload: object): string => forge({ alg: 'HS256', typ: 'JWT' }, payload);

const payloadOf = (line: string | undefined): unknown =>
  JSON.parse(Buffer.from(tokenOf(line).split('.')[1] ?? '', 'base64url').toString());

for (const [name, schemaOf] of Object.entries(libraries)) {
  describe(`a session with a schema of ${name}`, needs.tool(name), () => {
    const open = async (migrate?: (old: Data) => Data): Promise<Session<Data>> =>
      new Session<Data>(new FakeHost(), { secretKey: SECRET, schema: await schemaOf(), ...(migrate && { migrate }) });

    const save = (session: Session<Data>, data: Data): readonly string[] =>
      visit(session, null, (dict) => {
        Object.assign(dict, data);
        dict.save();
      });

    it('loads what fits, with defaults and without unknown keys', async () => {
      const session = await open();
      assert.deepEqual(session.decode(token({ n: 1, admin: true })), { n: 1, theme: 'light' });
      assert.deepEqual(session.decode(token({ n: 1, theme: 'dark', cart: [{ sku: 'a', x: 1 }] })).theme, 'dark');
    });

    it('refuses what does not fit, with the verdict schema', async () => {
      const session = await open();
      for (const payload of [{ n: 'one' }, { theme: 'dark' }, { n: 1, theme: null }, { n: 1, cart: [{}] }]) {
        assert.deepEqual(session.verify(token(payload)), { ok: false, reason: 'schema' });
      }
    });

    it('S15: saves what the next request loads, what is undefined left out', async () => {
      const session = await open();
      const [line] = save(session, { n: 1, cart: undefined, admin: true });
      assert.deepEqual(payloadOf(line), { n: 1, theme: 'light' });
      visit(session, cookieOf(tokenOf(line)), (dict) => assert.deepEqual({ ...dict }, { n: 1, theme: 'light' }));
    });

    it('is ERR_SESSION_SCHEMA at a save, with the path and its words', async () => {
      const session = await open();
      const { message } = throwsCode(
        () => save(session, { n: 1, cart: [{ sku: 'a' }, { sku: 5 }] }),
        'ERR_SESSION_SCHEMA',
      );
      assert.match(message, /^the session does not fit its schema at cart\[1\]\.sku: .*string/);
    });

    it('has what migrate returns checked', async () => {
      const session = await open((old) => ({ n: old.count }));
      assert.deepEqual(session.decode(token({ count: 2 })), { n: 2, theme: 'light' });
      assert.deepEqual(session.verify(token({ count: 'two' })), { ok: false, reason: 'schema' });
    });

    it('does not check an empty session', async () => {
      const session = await open();
      assert.equal(session.verify(token({})).ok, true);
      assert.deepEqual(payloadOf(save(session, {})[0]), {});
    });
  });
}

describe('an asynchronous schema of zod', needs.tool('zod'), () => {
  it('is ERR_SESSION_BAD_OPTION at its first save and load', async () => {
    const { z } = await importTool<{ readonly z: Readonly<Record<string, Make>> }>('zod');
    const number: { refine(f: () => Promise<boolean>): never } = z.number();
    const schema: StandardSchema<Data> = z.object({ n: number.refine(async () => true) });
    const session = new Session<Data>(new FakeHost(), { secretKey: SECRET, schema });
    throwsCode(
      () =>
        visit(session, null, (dict) => {
          dict.n = 1;
          dict.save();
        }),
      'ERR_SESSION_BAD_OPTION',
    );
    throwsCode(() => session.verify(token({ n: 1 })), 'ERR_SESSION_BAD_OPTION');
  });
});
