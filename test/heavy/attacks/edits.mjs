// The ways in which mutants.mjs changes a valid token: each gives another text, or the same one by chance.
import { Buffer } from 'node:buffer';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const ODD = [
  '\u0000',
  ' ',
  '\t',
  '\n',
  '\r\n',
  '=',
  '.',
  ';',
  ',',
  '"',
  '%2E',
  '\u00a0',
  '\u200b',
  '\u2024',
  '\uff0e',
  '\ud800',
  '\u{1f511}',
  'é',
  '\ufeff',
];

const encode = (text) => Buffer.from(text).toString('base64url');
const decode = (segment) => Buffer.from(segment, 'base64url').toString();
const splice = (text, at, count, put = '') => text.slice(0, at) + put + text.slice(at + count);

/** Parses a segment, lets `edit` change the object, encodes it again. Nothing is signed anew. */
function reEncode(token, index, edit) {
  const parts = token.split('.');
  const object = JSON.parse(decode(parts[index]));
  const changed = edit(object) ?? object;
  parts[index] = encode(typeof changed === 'string' ? changed : JSON.stringify(changed));
  return parts.join('.');
}

const HEADERS = [
  (header) => ({ ...header, alg: 'none' }),
  (header) => ({ ...header, alg: 'None' }),
  (header) => ({ ...header, alg: 'HS512' }),
  (header) => ({ ...header, alg: 'RS256' }),
  (header) => ({ ...header, alg: 'hs256' }),
  (header) => ({ ...header, alg: ['HS256'] }),
  (header) => ({ ...header, kid: 'old' }),
  (header) => ({ ...header, kid: 'new' }),
  (header) => ({ ...header, kid: '../../dev/null' }),
  (header) => ({ ...header, kid: 1 }),
  (header) => ({ ...header, kid: null }),
  (header) => ({ ...header, kid: '__proto__' }),
  (header) => ({ ...header, crit: ['exp'] }),
  (header) => ({ ...header, b64: false }),
  (header) => ({ ...header, jwk: { kty: 'oct', k: 'AA' } }),
  (header) => ({ ...header, jku: 'https://attacker.example/' }),
  (header) => ({ ...header, cty: 'JWT' }),
  (header) => ({ typ: 'JWT', alg: header.alg, extra: 1 }),
  (header) => Object.fromEntries(Object.entries({ ...header, typ: 'jwt' }).filter(([name]) => name !== 'kid')),
  (header) => ` ${JSON.stringify(header)}`,
  (header) => `${JSON.stringify(header)}\n`,
  (header) => JSON.stringify(header).replace('{', '{"alg":"none",'),
  (header) => JSON.stringify(header).replace(':', ': '),
  () => '{}',
  () => '[]',
  () => 'null',
  () => '"',
];

const claims = (random) => [
  (payload) => ({ ...payload, admin: true }),
  (payload) => ({ ...payload, user: 'admin' }),
  (payload) => ({ ...payload, exp: 4_000_000_000 }),
  (payload) => ({ ...payload, iat: 0 }),
  (payload) => ({ ...payload, aud: 'shop' }),
  (payload) => ({ ...payload, n: random.below(1e9) }),
  (payload) =>
    Object.fromEntries(
      Object.entries(payload)
        .toReversed()
        .concat([['z', 1]]),
    ),
  (payload) => JSON.stringify(payload).replace('{', '{"__proto__":{"admin":true},'),
  (payload) => ` ${JSON.stringify(payload)}`,
  (payload) => JSON.stringify(payload).replace(':', ': '),
  (payload) => `${JSON.stringify(payload)}\0`,
  (payload) => `\ufeff${JSON.stringify(payload)}`,
  () => '[]',
  () => 'true',
];

/** Exchanges two segments. */
function swap(token, random) {
  const parts = token.split('.');
  const i = random.below(3);
  const j = (i + 1 + random.below(2)) % 3;
  [parts[i], parts[j]] = [parts[j], parts[i]];
  return parts.join('.');
}

/** The last character of a segment with other bits that its bytes do not have. */
function spareBits(token, random) {
  const parts = token.split('.');
  const i = random.below(3);
  const at = parts[i].length - 1;
  const value = ALPHABET.indexOf(parts[i][at]);
  const spare = [0, 0, 4, 2][parts[i].length % 4];
  const other = spare === 0 ? value ^ (1 << random.below(6)) : value ^ (1 + random.below((1 << spare) - 1));
  parts[i] = parts[i].slice(0, at) + ALPHABET[other];
  return parts.join('.');
}

/** name -> (token, random, another valid token of any session) => text */
export const EDITS = {
  'bit flip': (token, random) => {
    const bytes = Buffer.from(token);
    bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    return bytes.toString('latin1');
  },
  'bit flip inside a segment': (token, random) => {
    const parts = token.split('.');
    const i = random.below(3);
    const bytes = Buffer.from(parts[i], 'base64url');
    bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    parts[i] = bytes.toString('base64url');
    return parts.join('.');
  },
  'other character': (token, random) => splice(token, random.below(token.length), 1, ALPHABET[random.below(64)]),
  'two characters exchanged': (token, random) => {
    const at = random.below(token.length - 1);
    return splice(token, at, 2, token[at + 1] + token[at]);
  },
  'segments swapped': swap,
  truncation: (token, random) =>
    random.below(2) === 0 ? token.slice(0, random.below(token.length)) : token.slice(1 + random.below(token.length)),
  'characters taken out': (token, random) => splice(token, random.below(token.length), 1 + random.below(8)),
  'other base64 alphabet': (token, random) => {
    const all = token.replaceAll('-', '+').replaceAll('_', '/');
    return random.below(2) === 0 ? all : `${all}${'='.repeat(1 + random.below(3))}`;
  },
  padding: (token, random) => {
    const parts = token.split('.');
    parts[random.below(3)] += '='.repeat(1 + random.below(3));
    return parts.join('.');
  },
  'spare bits': spareBits,
  'case flip': (token, random) => {
    const at = random.below(token.length);
    const letter = token[at];
    return splice(token, at, 1, letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());
  },
  'case of all': (token, random) => (random.below(2) === 0 ? token.toLowerCase() : token.toUpperCase()),
  'odd character put in': (token, random) =>
    splice(token, random.below(token.length + 1), 0, ODD[random.below(ODD.length)]),
  'odd character in place': (token, random) =>
    splice(token, random.below(token.length), 1, ODD[random.below(ODD.length)]),
  'blanks around': (token, random) => {
    const blank = [' ', '\t', '\n', '\r', '\v', '\f', '\u00a0', '\ufeff', '\0'][random.below(9)];
    return [blank + token, token + blank, blank + token + blank, token.replace('.', `${blank}.`)][random.below(4)];
  },
  'low byte kept': (token, random) => {
    const at = random.below(token.length);
    return splice(token, at, 1, String.fromCharCode(token.charCodeAt(at) + 0x100 * (1 + random.below(254))));
  },
  'segment doubled': (token, random) => {
    const parts = token.split('.');
    const i = random.below(3);
    parts.splice(random.below(4), 0, parts[i]);
    return parts.join('.');
  },
  'segment dropped': (token, random) => {
    const parts = token.split('.');
    parts.splice(random.below(3), 1, ...(random.below(2) === 0 ? [] : ['']));
    return parts.join('.');
  },
  'dot moved': (token, random) => {
    const at = random.below(2) === 0 ? token.indexOf('.') : token.lastIndexOf('.');
    const without = splice(token, at, 1);
    return splice(without, random.below(without.length + 1), 0, '.');
  },
  'header edited': (token, random) => reEncode(token, 0, HEADERS[random.below(HEADERS.length)]),
  'claims edited': (token, random) => {
    const edits = claims(random);
    return reEncode(token, 1, edits[random.below(edits.length)]);
  },
  'both edited': (token, random) => {
    const edits = claims(random);
    const edited = reEncode(token, 1, edits[random.below(edits.length)]);
    return reEncode(edited, 0, HEADERS[random.below(HEADERS.length)]);
  },
  'spliced by segment': (token, random, other) => {
    const [a, b] = [token.split('.'), other.split('.')];
    const from = 1 + random.below(6);
    return a.map((part, i) => ((from >> i) & 1 ? b[i] : part)).join('.');
  },
  'spliced anywhere': (token, random, other) =>
    token.slice(0, random.below(token.length + 1)) + other.slice(random.below(other.length + 1)),
  'two in one': (token, random, other) => token + ['', '.', ';', ',', ' '][random.below(5)] + other,
  'signature made up': (token, random) =>
    splice(token, token.lastIndexOf('.') + 1, 43, Buffer.from(random.bytes(32)).toString('base64url')),
};
