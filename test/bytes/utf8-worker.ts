// A thread in which the library, when it is loaded, misses the globals that workerData names. Posts what differs.
import { parentPort, workerData } from 'node:worker_threads';
import { asciiFaults, codePoints, decodedBy, decodeWith, encodedBy, MALFORMED, nodeEncode } from './utf8-cases.js';

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
for (const name of workerData as readonly string[]) Reflect.deleteProperty(globalThis, name);
const platform = await import('../../dist/platform.js');
const utf8 = await import('../../dist/bytes/utf8.js');
const { Session } = await import('../../dist/session/index.js');

const differences: string[] = [];
const differs = (what: string, found: unknown, expected: unknown): void => {
  if (JSON.stringify(found) !== JSON.stringify(expected)) differences.push(what);
};

const has = (name: string): boolean => name in globalThis;
differs('TextEncoder', platform.textEncoder !== undefined, has('TextEncoder'));
differs('TextDecoder', platform.textDecoder !== undefined, has('TextDecoder'));
differs('Buffer', platform.textBuffer(new Uint8Array(1)) !== undefined, has('Buffer'));

const decode = decodeWith(utf8.utf8Reader);
for (const text of codePoints()) {
  differs(`encodes ${text}`, [...encodedBy(utf8.encodeUtf8Into, text)], [...nodeEncode(text)]);
  differs(`decodes ${text}`, decodedBy(decode, nodeEncode(text)), text);
}
for (const [what, hex] of MALFORMED) differs(what, decodedBy(decode, fromHex(hex)), null);

// Whole tokens, also longer than the shared buffers, so that every place that needs UTF-8 is passed.
const session = new Session({ secretKey: 'schlüssel '.repeat(4) });
for (const payload of [{}, { text: 'aé鍵🔑\ufffd\ufeff' }, { text: '鍵🔑'.repeat(10_000) }]) {
  differs('a token', session.decode(session.encode(payload)), payload);
}
for (const length of asciiFaults(utf8.asciiReader)) differences.push(`ASCII of length ${length}`);
parentPort?.postMessage(differences);
