// Live, both ways, with MicroPython: a board that shares its secret with a server.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { Session } from '../../dist/session/index.js';
import { importTool, needs, ROOT } from '../support/needs.js';
import { asJson, generatedAscii, type Payload, SAMPLES, SECRET, tampered } from './payloads.js';

const PACKAGE = '@micropython/micropython-webassembly-pyscript';

/** As much of the package as is used here. */
interface Package {
  loadMicroPython(options: object): Promise<MicroPython>;
}
interface MicroPython {
  readonly globals: { get(name: string): unknown; set(name: string, value: unknown): void };
  runPython(code: string): unknown;
}
interface Answer {
  readonly token: string;
  readonly payload: Payload;
  readonly error: string;
}

/** Its floats are printed with fewer digits than they have. */
const isExact = (payload: Payload): boolean => !('tiny' in payload);

describe('interop with MicroPython', needs.tool(PACKAGE), () => {
  const session = new Session({ secretKey: SECRET });
  const payloads = [...SAMPLES.filter(isExact), ...generatedAscii().slice(0, 60)];
  let python: MicroPython;
  before(async () => {
    python = await (await importTool<Package>(PACKAGE)).loadMicroPython({});
    python.runPython(readFileSync(join(ROOT, 'test/interop/micropython_session.py'), 'utf8'));
  });

  function ask(question: object): Answer {
    python.globals.set('line', JSON.stringify({ secret: SECRET, ...question }));
    python.runPython('result = answer(line)');
    return JSON.parse(String(python.globals.get('result')));
  }

  it('S5: MicroPython reads every token written here', () => {
    for (const payload of payloads) {
      assert.deepEqual(ask({ op: 'decode', token: session.encode(payload) }), { payload: asJson(payload) });
    }
  });

  it('S5: every token MicroPython writes is read here, its spaces and its header order too', () => {
    for (const payload of payloads) {
      const { token } = ask({ op: 'encode', payload });
      assert.equal(token.slice(0, token.indexOf('.')), 'eyJ0eXAiOiAiSldUIiwgImFsZyI6ICJIUzI1NiJ9');
      assert.deepEqual(asJson(session.decode(token)), asJson(payload));
    }
  });

  it('S4: tampered tokens are refused on both sides', () => {
    for (const token of SAMPLES.flatMap((payload) => tampered(session.encode(payload)))) {
      assert.deepEqual(ask({ op: 'decode', token }), { error: 'refused' });
      assert.deepEqual({ ...session.decode(token) }, {});
    }
  });
});
