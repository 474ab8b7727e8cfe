// Encryption: by the runtime's own AES where it has one that does not wait, and by one that is brought.
import type { Encryption } from '../../../dist/encrypt/index.js';
import { equal, ok, skip, throwsCode } from '../assert.js';
import type { Case, Library } from '../suite.js';
import { N1, SECRET } from './tokens.js';

/** `{"city":"Zürich"}` under the secret, with the IV 00 01 … 0b. */
const KNOWN =
  'eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIiwidHlwIjoiSldUIn0..AAECAwQFBgcICQoL.T6_XbFeZQ4xxeM15fjzP1PrN.f_Hoc59_w-IR8DdEXZYzwA';

const NO_AES = 'no AES that does not wait';

/** The runtime's own. @throws Skip where it has none, which jwe() has to say. */
function own(library: Library): Encryption {
  const { jwe } = library.encrypt;
  try {
    return jwe();
  } catch {
    const { message } = throwsCode(library, () => jwe(), 'ERR_SESSION_BAD_OPTION');
    ok(message.includes('@noble/ciphers'), `no remedy in: ${message}`);
    return skip(NO_AES);
  }
}

function brought({ encrypt, gcm }: Library): Encryption {
  return gcm === null ? skip('@noble/ciphers is not installed') : encrypt.jwe({ cipher: gcm });
}

function check({ session: { Session } }: Library, encrypt: Encryption): void {
  const session = new Session({ secretKey: SECRET, encrypt });
  equal(session.decode(KNOWN), { city: 'Zürich' });
  const token = session.encode({ city: 'Zürich' });
  equal(session.decode(token), { city: 'Zürich' });
  equal(token.length, KNOWN.length);
  ok(session.encode({ city: 'Zürich' }) !== token, 'a nonce came twice');
  const refuses = (bad: string, reason: string) => equal(session.verify(bad), { ok: false, reason }, bad);
  refuses(KNOWN.replace('..AAEC', '..AAED'), 'bad-signature');
  refuses(KNOWN.replace('.T6_X', '.T6_Y'), 'bad-signature');
  refuses(KNOWN.replace('.f_Ho', '.f_Hp'), 'bad-signature');
  refuses(KNOWN.slice(0, -2), 'malformed');
  ok(!session.verify(N1).ok, 'a signed token was read');
}

export const ENCRYPTION: readonly Case[] = [
  { name: "encrypt: with the runtime's own AES", run: (library) => check(library, own(library)) },
  { name: 'encrypt: with a cipher that is brought', run: (library) => check(library, brought(library)) },
  {
    name: 'encrypt: both read each other, and signed tokens while they move',
    run(library) {
      const { Session } = library.session;
      const [first, second] = [own(library), brought(library)].map(
        (encrypt) => new Session({ secretKey: SECRET, encrypt }),
      );
      equal(second.decode(first.encode({ n: 1 })), { n: 1 });
      equal(first.decode(second.encode({ n: 1 })), { n: 1 });
      const moving = new Session({ secretKey: SECRET, encrypt: library.encrypt.jwe({ migrate: true }) });
      equal(moving.decode(N1), { n: 1 });
    },
  },
];
