// What tests need from outside the package: named skips on a bare machine, failures in CI.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The options of a suite that may have to be skipped: `describe('...', needs.tool('jose'), () => ...)`. */
export interface Need {
  readonly skip?: string;
}

/** The root of the checkout: this file runs as `.build/support/needs.js`. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const TOOLS = join(ROOT, 'tools');

/** Where CI must prove something, a skip would be a lie: a missing thing throws there. */
function need(found: boolean, reason: string): Need {
  if (found) return {};
  if (process.env.CI === 'true') throw new Error(`CI=true, so this may not be skipped: ${reason}`);
  return { skip: reason };
}

/** The interpreter that can import `module`: distributions install for `/usr/bin/python3`, which may not be the first. */
function findPython(module: string): string | undefined {
  const candidates = [process.env.PYTHON, '/usr/bin/python3', 'python3'];
  return candidates
    .filter((candidate) => candidate !== undefined)
    .find((candidate) => spawnSync(candidate, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0);
}

function findOnPath(...names: readonly string[]): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

const findChromium = (): string | undefined => findOnPath('chromium', 'chromium-browser', 'google-chrome');

const findFirefox = (): string | undefined => findOnPath('firefox-esr', 'firefox');

const isInstalled = (name: string): boolean => existsSync(join(TOOLS, 'node_modules', name, 'package.json'));

/** What runs this test: all of them know `node:test`. */
export const runtime: 'node' | 'bun' | 'deno' =
  process.versions.bun !== undefined ? 'bun' : process.versions.deno !== undefined ? 'deno' : 'node';

/** One question for each outside thing; each answers with `{}` or `{ skip: 'reason' }`. */
export const needs = {
  /** A Python that can import `module`. */
  python: (module: string): Need =>
    need(findPython(module) !== undefined, `no python3 can import ${module} (Debian: python3-${module})`),
  /** A package of `tools/package.json`. */
  tool: (name: string): Need => need(isInstalled(name), `${name} is not installed (npm ci --prefix tools)`),
  /** Chromium and the driver for it. */
  chromium: (): Need => {
    const tool = needs.tool('playwright-core');
    return tool.skip === undefined ? need(findChromium() !== undefined, 'no chromium on the PATH') : tool;
  },
  /** Firefox and the driver for it. */
  firefox: (): Need => {
    const tool = needs.tool('puppeteer-core');
    return tool.skip === undefined ? need(findFirefox() !== undefined, 'no firefox-esr on the PATH') : tool;
  },
  /** A program on the PATH. */
  program: (name: string): Need => need(findOnPath(name) !== undefined, `no ${name} on the PATH`),
  /** Node itself, for what `reason` says that other runtimes do otherwise. Never a failure: they are not Node in CI too. */
  node: (reason: string): Need => (runtime === 'node' ? {} : { skip: `not on ${runtime}: ${reason}` }),
  /** Any other thing a suite looks for itself. */
  that: need,
};

/** The interpreter that {@link needs}`.python(module)` found. */
export function pythonWith(module: string): string {
  const found = findPython(module);
  if (found === undefined) throw new Error(`no python3 can import ${module}`);
  return found;
}

/** The browser that {@link needs}`.chromium()` found. */
export function chromiumPath(): string {
  const found = findChromium();
  if (found === undefined) throw new Error('no chromium on the PATH');
  return found;
}

/** The browser that {@link needs}`.firefox()` found. */
export function firefoxPath(): string {
  const found = findFirefox();
  if (found === undefined) throw new Error('no firefox-esr on the PATH');
  return found;
}

const requireTool = createRequire(join(TOOLS, 'package.json'));

/** The path of a file of `tools/node_modules`, found as an import of it would be. */
export const toolPath = (specifier: string): string => requireTool.resolve(specifier);

/** A package of `tools/`. It may be absent when the tests are compiled, so the caller says what it expects of it. */
export async function importTool<Module>(specifier: string): Promise<Module> {
  const module: Module = await import(pathToFileURL(toolPath(specifier)).href);
  return module;
}

/** A JSON file of `test/`; the compiled tests stand in another folder. */
export function readTestJson<Data>(path: string): Data {
  const data: Data = JSON.parse(readFileSync(resolve(ROOT, 'test', path), 'utf8'));
  return data;
}
