// The Edge VM: a context of Node's with the web platform and nothing of Node.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { importTool, toolPath } from '../support/needs.js';
import type { Bundle } from './bundle.js';
import type { Ran } from './runtimes.js';

export const EDGE_VM = '@edge-runtime/vm';

/** As much of the package as is used here. A CommonJS module: all of it is the default export. */
interface Package {
  readonly default: { readonly EdgeVM: new () => { evaluate(code: string): unknown } };
}

export async function runEdgeVm({ code }: Bundle): Promise<Ran> {
  const { EdgeVM } = (await importTool<Package>(EDGE_VM)).default;
  // It evaluates scripts, not modules.
  const script = await transform(code, { format: 'iife', globalName: 'conformance', logLevel: 'silent' });
  const vm = new EdgeVM();
  vm.evaluate(script.code);
  // As text: its objects are of another realm.
  const report = await vm.evaluate('conformance.report().then(JSON.stringify)');
  const manifest = new URL('../package.json', pathToFileURL(toolPath(EDGE_VM)));
  const { version }: { readonly version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return { version, report: JSON.parse(String(report)) };
}
