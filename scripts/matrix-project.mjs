// One project of the matrix: what a user has after `npm install microdot` beside a framework, and their program.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const MATRIX = resolve('test/package/matrix');
const node20 = resolve('runtimes/node_modules/node20/bin/node');
/** The oldest Node that the package is for, where runtimes/ is installed. */
const node = existsSync(node20) ? node20 : process.execPath;
const run = promisify(execFile);

const RESOLUTIONS = {
  node16: { module: 'node16', moduleResolution: 'node16' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};

/** The text of an error of execFile, or of any other. */
const textOf = ({ message, stdout = '', stderr = '' }) => `${stdout}${stderr}`.trim() || message;

/** Makes the project in `folder`, and installs the tarball with npm, which refuses a framework that is no fitting peer. */
export async function install(folder, { name, programs }, tarball) {
  cpSync(join(MATRIX, 'projects', name), folder, { recursive: true });
  const { devDependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const program of programs) cpSync(join(MATRIX, 'programs', `${program}.ts`), join(folder, `${program}.ts`));
  cpSync('test/types/assert.ts', join(folder, 'assert.ts'));
  for (const [resolution, options] of Object.entries(RESOLUTIONS)) {
    const compilerOptions = {
      ...options,
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable'],
      strict: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      // Said, because compilers up to 5.9 include every @types by themselves and later ones none.
      types: Object.hasOwn(devDependencies, '@types/node') ? ['node'] : [],
      skipLibCheck: false,
      skipDefaultLibCheck: true,
      outDir: 'out',
    };
    const files = programs.map((program) => `${program}.ts`);
    writeFileSync(join(folder, `tsconfig.${resolution}.json`), JSON.stringify({ compilerOptions, files }));
  }
  const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund'];
  try {
    await run('npm', ['install', tarball, ...options], { cwd: folder });
  } catch (error) {
    return textOf(error);
  }
  return null;
}

/** Compiles the programs to JavaScript and runs them. They open no port. */
export async function runPrograms(folder, programs, compiler) {
  const failures = [];
  const config = join(folder, 'tsconfig.node16.json');
  // What is wrong with the types was told by the others.
  await run(node, [join(compiler, 'bin/tsc'), '-p', config, '--noCheck']).catch(() => undefined);
  for (const program of programs) {
    try {
      await run(node, [join('out', `${program}.js`)], { cwd: folder });
    } catch (error) {
      failures.push(`${program}: ${textOf(error)}`);
    }
  }
  return failures;
}
