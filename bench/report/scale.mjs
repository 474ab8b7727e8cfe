// The sections about growth, and about loading the package.

import { summary } from '../lib/stats.mjs';
import { cell, digits, ratioOf, rowOf, table, time } from './figures.mjs';

const without = (group, ...ids) => Object.keys(group.samples).filter((id) => !ids.includes(id));

export function scaleSection({ groups }) {
  const sizes = without(groups['payload/sign'], 'doubled', 'twice');
  const perByte = (group, id) => `${digits(rowOf(group, id).median / Number.parseInt(id, 10))} ns`;
  const payload = ['sign', 'verify'].map((way) => [
    `${way}, each byte`,
    ...sizes.map((id) => perByte(groups[`payload/${way}`], id)),
  ]);
  const keys = without(groups['keys/kid']);
  const key = (name, label) => [label, ...keys.map((id) => cell(ratioOf(groups[name], id, '1 key')))];
  const seen = without(groups.visitors, 'new server', 'after');
  const memory = Object.entries(groups.memory.samples).filter(([id]) => id !== 'heap');
  return `Payloads, as JSON: the time does not grow faster than they do.

${table(['', ...sizes], payload)}

Keys, with tokens of the last one: a \`kid\` finds it, without one they are tried in turns.

${table(["verify, of a single key's time", ...keys], [key('keys/kid', 'with `kid`'), key('keys/without kid', 'without')])}

Visitors: nothing is kept of them, but for the token cache, which has a fixed size. A visit here is a token made and read
twice, of somebody who was never there before.

${table(['after', ...seen], [['a visit', ...seen.map((id) => time(rowOf(groups.visitors, id)))]])}

Memory, in live objects more than before a flood of distinct tokens, each made and read:

${table(['after', ...memory.map(([id]) => id)], [['MB', ...memory.map(([, values]) => digits(values[0]))]])}`;
}

export function packageSection({ groups }) {
  const { samples } = groups.import;
  const over = (id) => summary(samples[id].map((ms, round) => ms - samples['an empty module'][round]));
  const imports = without(groups.import, 'an empty module').map((id) => [id, cell(over(id))]);
  const sizes = Object.entries(groups.size.samples).map(([id, [kb]]) => [id, digits(kb)]);
  return `${table(['import, CPU time over an empty module', 'ms'], imports)}

${table(['minified (esbuild) and gzipped', 'KB'], sizes)}`;
}
