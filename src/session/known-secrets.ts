// Secrets that everybody knows, because documentation shows them. They are found in production again and again.

/**
 * From the documentation of widely used software, as it stands there. Who copies an example copies its secret; published
 * ones are the first that an attacker tries on a token (CVE-2023-27524 was one default key on thousands of servers).
 */
export const PUBLISHED: ReadonlySet<string> = new Set([
  // jwt.io
  'your-256-bit-secret',
  'a-string-secret-at-least-256-bits-long',
  // express-session, cookie-session
  'keyboard cat',
  // iron-session
  'complex_password_at_least_32_characters_long',
  'this_is_a_secret_password_for_iron_session',
  // jsonwebtoken
  'shhhhh',
  // fastify plugins
  'a secret with minimum length of 32 characters',
  'averylogphrasebiggerthanthirtytwochars',
  // Microdot, Flask, Starlette, FastAPI
  'top-secret',
  'top-secret!',
  '_5#y2L"F4Q8z\n\xec]/',
  '192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf',
  '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7',
  // Apache Superset
  'CHANGE_ME_SECRET_KEY',
  'CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET',
  'thisISaSECRET_1234',
  'TEST_NON_DEV_SECRET',
  // this project
  'an example secret, 32 bytes long',
]);

/** Django's own mark of a key that was never replaced. */
const MARKS: readonly string[] = ['django-insecure-'];

/**
 * Whether documentation shows this secret, or everybody would try it: one byte over and over, as of memory that nobody has
 * filled. Blanks around it are those of the file it was copied into.
 */
export function isPublished(secret: Uint8Array): boolean {
  if (secret.length > 0 && secret.every((byte) => byte === secret[0])) return true;
  // The longest has 64 characters; all but a byte of Flask's are ASCII.
  const text = String.fromCharCode(...secret.subarray(0, 256)).trim();
  return PUBLISHED.has(text) || MARKS.some((mark) => text.startsWith(mark));
}
