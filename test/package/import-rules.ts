// The rule of imports: which folder may take what from which, and where the platform may be named.
import { posix } from 'node:path';

/** What a folder of src/ may import besides itself. Who is not in it has no rule yet, which is a violation. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  platform: ['errors'],
  bytes: ['errors', 'platform'],
  crypto: ['errors', 'platform', 'bytes'],
  jwt: ['errors', 'platform', 'bytes', 'crypto'],
  cookie: ['errors', 'platform', 'bytes'],
  session: ['errors', 'platform', 'bytes', 'crypto', 'jwt', 'cookie'],
  encrypt: ['errors', 'platform', 'bytes', 'crypto', 'jwt', 'session'],
  stored: ['errors', 'platform', 'bytes', 'crypto', 'jwt', 'cookie', 'session'],
  revocation: ['errors', 'platform', 'session', 'stored'],
  hosts: ['errors', 'platform', 'cookie', 'session', 'stored'],
  microdot: ['errors', 'cookie'],
  secret: ['errors', 'platform', 'bytes'],
  testing: ['errors', 'platform', 'bytes', 'crypto', 'jwt', 'cookie', 'session', 'stored'],
  cli: ['errors', 'platform', 'bytes', 'crypto', 'jwt', 'cookie', 'session', 'stored', 'secret'],
};

/** The only files that may name `node:`: they serve, or touch files. */
const MAY_NAME_NODE = /^(microdot\/serve[^/]*|secret\/.*|cli\/.*|hosts\/node|stored\/.*)\.ts$/;

interface Import {
  readonly from: string;
  /** The names taken at run time; `*` for a namespace, a side effect or an `import()`. Empty for `import type`. */
  readonly values: readonly string[];
}

/** `import`/`export ... from` at the beginning of a line; prose and examples stand in comments, which are dropped. */
const STATEMENT = /^(?:import|export)\s+(type\s+)?(?:([\w*{][^'";]*?)\s*from\s*)?['"]([^'"]+)['"]/gm;
const CALL = /\b(?:import|require)\(\s*['"]([^'"]+)['"]/g;

function importsOf(source: string): readonly Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const statements = [...code.matchAll(STATEMENT)].map(([, type, clause, from = '']) => ({
    from,
    values: type === undefined ? valuesOf(clause) : [],
  }));
  return [...statements, ...[...code.matchAll(CALL)].map(([, from = '']) => ({ from, values: ['*'] }))];
}

/** `import { type A }` still loads the module, so it counts as taking everything. */
function valuesOf(clause: string | undefined): readonly string[] {
  const names = clause?.match(/^\{(.*)\}$/s)?.[1];
  if (names === undefined) return ['*'];
  const values = names.split(',').flatMap((name) => {
    const imported = name.trim().split(/\s+/)[0];
    return imported === undefined || imported === '' || /^type\s/.test(name.trim()) ? [] : [imported];
  });
  return values.length > 0 ? values : ['*'];
}

/** `crypto/hmac.ts` is in `crypto`, `errors.ts` in `errors`. */
const folderOf = (path: string): string => path.split('/')[0]?.replace(/\.[jt]s$/, '') ?? '';

/** The violations of one file; `file` is its path inside src/, with `/`. */
export function importViolations(file: string, source: string): readonly string[] {
  return importsOf(source).flatMap((statement) => {
    const reason = violation(file, statement);
    return reason === undefined ? [] : [`src/${file} imports ${statement.from}: ${reason}`];
  });
}

function violation(file: string, { from, values }: Import): string | undefined {
  if (from.startsWith('node:')) return MAY_NAME_NODE.test(file) ? undefined : 'node: is for serving and files only';
  // Frameworks and drivers are optional peers.
  if (!from.startsWith('.')) return values.length === 0 ? undefined : 'no package may be needed at run time';
  const target = posix.join(posix.dirname(file), from);
  const [own, other] = [folderOf(file), folderOf(target)];
  if (own === 'hosts' && other === 'hosts') return hostFromHost(file, target);
  if (own === other) return undefined;
  if (own === 'microdot' && other === 'session') return microdotFromSession(target, values);
  return MAY_IMPORT[own]?.includes(other) ? undefined : `${own} may not import ${other}`;
}

/** A host is one file, or an entry with a folder of its name; what several need is in `shared`. */
function hostFromHost(file: string, target: string): string | undefined {
  const nameOf = (path: string): string => path.split('/')[1]?.replace(/\.[jt]s$/, '') ?? '';
  return nameOf(target) === 'shared' || nameOf(target) === nameOf(file) ? undefined : 'no host imports another';
}

/** The host app knows the session by its types and by the symbol they meet at. */
function microdotFromSession(target: string, values: readonly string[]): string | undefined {
  if (values.length === 0) return undefined;
  if (target === 'session/host.js' && values.every((name) => name === 'SESSION')) return undefined;
  return 'microdot takes types and SESSION from session, nothing else';
}
