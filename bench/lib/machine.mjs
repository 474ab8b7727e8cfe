// What a measurement has to say about where and when it was made.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, totalmem } from 'node:os';
import { BENCH, ROOT } from './files.mjs';

function git(...args) {
  try {
    return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}

/** SHA-256 in the processor makes a hash three times as fast; only Linux tells. */
function hasShaInstructions() {
  try {
    return /\bsha_ni\b|\bsha2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return null;
  }
}

export function describeMachine() {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    sha: hasShaInstructions(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
  };
}

/** Before a part begins: more than half a core's work of others, and its figures are worth less. */
export const loadBefore = () => Math.round(loadavg()[0] * 10) / 10;

/** The commit that was measured, marked where the sources were not those of it. */
export function commitOf() {
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === null) return 'unknown';
  return git('status', '--porcelain', '--', 'src') === '' ? commit : `${commit}, changed`;
}

/** The versions of what is measured against, as they are pinned. */
export function peerVersions() {
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(`${BENCH}package.json`, 'utf8'));
  return { ...dependencies, ...optionalDependencies };
}
