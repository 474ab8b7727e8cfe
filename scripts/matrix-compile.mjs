// Type-checks projects with one TypeScript. A process for each: its lib.d.ts is parsed once, and two run at a time.
// node scripts/matrix-compile.mjs FOLDER_OF_THE_COMPILER PROJECT_FOLDER... prints [{ project, resolution, errors }]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const [compiler, ...projects] = process.argv.slice(2);

/** From 7 on there is a command alone. */
function withCommand(config) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(compiler, 'bin/tsc'), '-p', config, '--pretty', 'false'],
    { cwd: dirname(config), encoding: 'utf8' },
  );
  return status === 0 ? [] : `${stdout}${stderr}`.trim().split(/\n(?! )/);
}

/** The platform's declarations: the same in both resolutions, most of the work, and none of what is to be proved. */
const isPlatform = (file) => /\/node_modules\/(@types\/node|undici-types)\/|\/lib\/lib\.[^/]*$/.test(file);

function withApi() {
  const ts = createRequire(import.meta.url)(join(compiler, 'lib/typescript.js'));
  const platform = new Map();
  return (config) => {
    const unreadable = [];
    const { options, fileNames, errors } = ts.getParsedCommandLineOfConfigFile(config, undefined, {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (diagnostic) => unreadable.push(diagnostic),
    });
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile;
    host.getSourceFile = (file, ...rest) => {
      if (!isPlatform(file)) return read(file, ...rest);
      const source = platform.get(file) ?? read(file, ...rest);
      platform.set(file, source);
      return source;
    };
    const program = ts.createProgram(fileNames, options, host);
    const files = program.getSourceFiles().filter(({ fileName }) => !isPlatform(fileName));
    const found = [
      ...unreadable,
      ...errors,
      ...program.getOptionsDiagnostics(),
      ...program.getGlobalDiagnostics(),
      ...files.flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]),
    ];
    const format = { ...host, getCurrentDirectory: () => dirname(config) };
    return found.map((diagnostic) => ts.formatDiagnostic(diagnostic, format).trim());
  };
}

const check = existsSync(join(compiler, 'lib/typescript.js')) ? withApi() : withCommand;
const results = projects.flatMap((folder) =>
  ['node16', 'bundler'].map((resolution) => ({
    project: basename(folder),
    resolution,
    errors: check(join(folder, `tsconfig.${resolution}.json`)),
  })),
);
process.stdout.write(JSON.stringify(results));
