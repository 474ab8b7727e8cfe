// Deno without permissions: that none is asked for, and what the session does without knowing NODE_ENV.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createBundle, Workspace } from './bundle.js';
import { outputs, runProcess } from './processes.js';
import { DENO_RUN, deno } from './runtimes.js';

/** Sets a cookie that is large, and leaves a change unsaved. */
const WARNED = `
  import { site } from './suite.mjs';
  for (const path of ['large', 'unsaved']) {
    const { status } = await site.app.fetch(new Request('http://localhost/conformance/' + path));
    if (status !== 200) throw new Error(path + ': ' + status);
  }
`;

describe('Deno without permissions', deno.need, () => {
  let workspace: Workspace;
  before(async () => {
    workspace = new Workspace(await createBundle());
  });
  after(() => workspace?.remove());

  it('nothing that needs one is tried, but to listen', () => {
    const log = join(workspace.folder, 'audit.jsonl');
    runProcess(deno, DENO_RUN, workspace, { DENO_AUDIT_PERMISSIONS: log });
    assert.ok(existsSync(log), 'Deno keeps no log of permissions');
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    const asked = lines.map((line): { permission: string; value: string } => JSON.parse(line));
    assert.deepEqual([...new Set(asked.map(({ permission, value }) => `${permission} ${value}`))], ['net 127.0.0.1:0']);
  });

  const warnings = (environment: string, ...permissions: readonly string[]): readonly string[] => {
    const main = workspace.write('warned.mjs', WARNED);
    const env = { NODE_ENV: environment, HOME: workspace.folder, DENO_DIR: join(workspace.folder, 'deno') };
    const { stderr } = outputs(deno.path, [...DENO_RUN, ...permissions, main], env);
    return stderr.match(/WARN_SESSION_\w+/g) ?? [];
  };

  it('debug: NODE_ENV is unknown, so it is neither production nor development', () => {
    for (const environment of ['production', 'development', '']) {
      assert.deepEqual(warnings(environment), ['WARN_SESSION_LARGE'], environment);
    }
  });

  it('debug: NODE_ENV counts where it may be read', () => {
    assert.deepEqual(warnings('production', '--allow-env=NODE_ENV'), []);
    assert.deepEqual(warnings('development', '--allow-env=NODE_ENV'), ['WARN_SESSION_LARGE', 'WARN_SESSION_UNSAVED']);
  });
});
