// The packed package in a user's project for each framework: installed by npm, type-checked by every TypeScript, run.
// node scripts/matrix.mjs FOLDER_WITH_THE_TARBALL [part of a project's name]
// UPDATE=1 node scripts/matrix.mjs writes the locks anew, after a change of a pin.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { install, runPrograms } from './matrix-project.mjs';

const MATRIX = 'test/package/matrix';

/** The programs of each project. A program is named after its entry, and there is one for every entry. */
const PROJECTS = {
  bare: [
    'microdot',
    'session',
    'encrypt',
    'revocation',
    'secret',
    'fetch',
    'cookies',
    'stored',
    'test-client',
    'testing',
  ],
  node: ['node'],
  express4: ['express', 'express-augment'],
  express5: ['express', 'express-augment'],
  fastify5: ['fastify', 'fastify-augment'],
  koa2: ['koa'],
  koa3: ['koa'],
  hono4: ['hono'],
  h3: ['h3'],
  sqlite: ['sqlite'],
  // Their declarations take every compiler seconds, so one version only; test/types/redis-clients has the next one.
  redis5: ['redis'],
  postgres: ['postgres'],
};

/** Errors in declarations of other packages, by project and, where it is one alone, compiler: and why. No others may come. */
const OTHERS_ERRORS = {
  h3: 'exactOptionalPropertyTypes; Error.isError, which the library of ES2022 lacks; its optional peer crossws',
  'postgres 5.6': 'Buffer has a type parameter from TypeScript 5.7 on',
  'hono4 5.6': 'Uint8Array has a type parameter from TypeScript 5.7 on',
};
const isOthers = (error) => /^node_modules\/(?!microdot\/)/.test(error);

/** `./session/express/augment` is `express-augment`. */
const programOf = (entry) => (entry === '.' ? 'microdot' : entry.replace(/^\.\/(session\/)?/, '').replaceAll('/', '-'));

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/** Two at a time: what runs this has two cores. In the order that was given. */
async function inTwos(items, work) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}

function updateLocks() {
  for (const folder of ['compilers', ...readdirSync(join(MATRIX, 'projects')).map((name) => `projects/${name}`)]) {
    const args = ['install', '--package-lock-only', '--omit-lockfile-registry-resolved', '--ignore-scripts'];
    const { status } = spawnSync('npm', args, { cwd: join(MATRIX, folder), stdio: 'inherit' });
    if (status !== 0) throw new Error(`npm ended with ${status} in ${folder}`);
  }
}

/** What is to be checked: the projects of the entries that the package exports. An entry without a program is an error. */
function plan(part) {
  const { exports } = readJson('package.json');
  const exported = Object.keys(exports)
    .filter((entry) => typeof exports[entry] === 'object')
    .map(programOf);
  const known = Object.values(PROJECTS).flat();
  const forgotten = exported.filter((program) => !known.includes(program));
  if (forgotten.length > 0) throw new Error(`no program in ${MATRIX}/programs for ${forgotten.join(', ')}`);
  for (const program of new Set(known)) {
    if (!exported.includes(program)) console.log(`note: ${program} is not exported yet`);
  }
  return Object.entries(PROJECTS)
    .map(([name, programs]) => ({
      name,
      programs: programs.filter((program) => exported.includes(program)),
    }))
    .filter(({ name, programs }) => programs.length > 0 && name.includes(part));
}

function findCompilers() {
  const folder = resolve(MATRIX, 'compilers/node_modules');
  const names = Object.keys(readJson(join(MATRIX, 'compilers/package.json')).devDependencies);
  if (names.some((name) => !existsSync(join(folder, name))))
    throw new Error(`npm ci --prefix ${MATRIX}/compilers first`);
  return names.map((name) => ({ version: name.replace('typescript', ''), path: join(folder, name) }));
}

/** @returns the failures, each a text */
async function check(packed, part, work) {
  const tarball = readdirSync(packed).find((file) => file.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('no tarball in the folder given');
  const projects = plan(part);
  const compilers = findCompilers();
  const folderOf = ({ name }) => join(work, name);

  const refused = (await inTwos(projects, (project) => install(folderOf(project), project, join(packed, tarball))))
    .map((error, index) => (error === null ? null : `${projects[index].name}: npm install: ${error}`))
    .filter((error) => error !== null);
  if (refused.length > 0) return refused;

  const compiled = await inTwos(compilers, async ({ path }) => {
    const args = ['scripts/matrix-compile.mjs', path, ...projects.map(folderOf)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 });
    return JSON.parse(stdout);
  });
  const newest = compilers.at(-1).path;
  const ran = await inTwos(projects, (project) => runPrograms(folderOf(project), project.programs, newest));

  const failures = [];
  const notes = new Set();
  const cell = (title, errors, excuse) => {
    const others = excuse === undefined ? [] : errors.filter(isOthers);
    const ours = errors.filter((error) => !others.includes(error));
    failures.push(...ours.map((error) => `${title}: ${error}`));
    if (others.length > 0) notes.add(excuse);
    return (ours.length > 0 ? `${ours.length} errors` : others.length > 0 ? 'ok, but' : 'ok').padStart(8);
  };
  const row = (...cells) => console.log(`# ${cells.join(' | ')}`);
  row('project'.padEnd(10), 'resolution', ...compilers.map(({ version }) => `TS ${version}`.padStart(8)), '     run');
  for (const [index, { name }] of projects.entries()) {
    for (const resolution of ['node16', 'bundler']) {
      const cells = compilers.map(({ version }, which) => {
        const { errors } = compiled[which].find((one) => one.project === name && one.resolution === resolution);
        const excuse = [name, `${name} ${version}`].find((key) => Object.hasOwn(OTHERS_ERRORS, key));
        return cell(`${name}, ${resolution}, TypeScript ${version}`, errors, excuse);
      });
      row(name.padEnd(10), resolution.padEnd(10), ...cells, resolution === 'node16' ? cell(name, ran[index]) : '');
    }
  }
  for (const [key, reason] of Object.entries(OTHERS_ERRORS)) {
    if (notes.has(key)) console.log(`note: "ok, but" errors in declarations of its own, ${key}: ${reason}`);
    else if (projects.some(({ name }) => key.split(' ')[0] === name))
      failures.push(`${key} has no errors any more: ${reason}`);
  }
  return failures;
}

async function main() {
  if (process.env.UPDATE === '1') return updateLocks();
  const work = mkdtempSync(join(tmpdir(), 'microdot-matrix-'));
  try {
    const failures = await check(resolve(process.argv[2] ?? '.'), process.argv[3] ?? '', work);
    for (const failure of failures) console.log(`FAILED ${failure}`);
    if (failures.length > 0) process.exitCode = 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

await main();
