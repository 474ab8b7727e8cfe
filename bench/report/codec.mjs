// The section about codecs: every library at every size, in relation to this one.

import { CACHED_PEERS, DATED_PEERS, PEERS } from '../codec/peers.mjs';
import { SIZES } from '../lib/payloads.mjs';
import { cell, ratioOf, rowOf, table, time } from './figures.mjs';

const DOES = new Map([
  ['floor', 'JSON and SHA-256 alone'],
  ['JSON.stringify', ''],
  ['JSON.parse', ''],
  ...[...PEERS, ...CACHED_PEERS, ...DATED_PEERS].map(({ id, does }) => [id, does]),
]);

/** The group in which a row was measured together with `microdot`. */
const groupWith = (groups, name, id) => [groups[name], groups[`${name}/async`]].find((group) => group?.samples[id]);

function comparison(groups, way) {
  const ids = [...PEERS.map(({ id }) => id), 'floor', way === 'sign' ? 'JSON.stringify' : 'JSON.parse'];
  const rows = ids
    .map((id) => ({
      id,
      ratios: SIZES.map((size) => ratioOf(groupWith(groups, `${way}/${size}`, id), id, 'microdot')),
    }))
    .filter(({ ratios }) => ratios.some((ratio) => ratio !== undefined))
    .sort((a, b) => (a.ratios[1]?.median ?? 0) - (b.ratios[1]?.median ?? 0));
  const own = SIZES.map((size) => time(rowOf(groups[`${way}/${size}`], 'microdot')));
  return table(
    [`${way}, of microdot's time`, 'what it does', ...SIZES],
    [
      ['**microdot**', 'JWT HS256, claims checked', ...own.map((text) => `**1** = ${text}`)],
      ...rows.map(({ id, ratios }) => [id, DOES.get(id), ...ratios.map(cell)]),
    ],
    2,
  );
}

/** A group of few rows, in relation to one of them. */
function small(groups, title, names, of) {
  const present = Object.entries(names).filter(([, name]) => groups[name] !== undefined);
  const reference = (name) => [of].flat().find((id) => groups[name].samples[id] !== undefined);
  const ids = [...new Set(present.flatMap(([, name]) => Object.keys(groups[name].samples)))];
  const cells = (id) =>
    present.map(([, name]) => {
      const ratio = cell(ratioOf(groups[name], id, reference(name)));
      return id === reference(name) ? `**1** = ${time(rowOf(groups[name], id))}` : ratio;
    });
  return table(
    [title, ...present.map(([label]) => label)],
    ids.map((id) => [id, ...cells(id)]),
  );
}

const perSize = (prefix) => Object.fromEntries(SIZES.map((size) => [size, `${prefix}/${size}`]));

export function codecSection({ groups }) {
  const block = rowOf(groups['sign/typical'], 'SHA-256, a block');
  return `${comparison(groups, 'sign')}

${comparison(groups, 'verify')}

\`floor\` is what nothing can go below that makes JSON and HMAC-SHA-256 on this processor: \`JSON.stringify\` or
\`JSON.parse\`, and ${time(block)} for each block of SHA-256, measured in the same rounds
([\`bench/codec/floor.mjs\`](../bench/codec/floor.mjs)).

A token that was seen before, where a library keeps what it has verified. microdot gives every request an object of its
own; fast-jwt gives the same one to all, so that what one request writes into it the others read.

${small(groups, "verify again, of microdot's time", perSize('seen'), ['microdot, token cache', 'microdot'])}

With an end: \`iat\` and \`exp\` are written, and checked.

${small(groups, "typical, of microdot's time", { sign: 'dated/sign', verify: 'dated/verify' }, 'microdot')}

From the \`Cookie\` header to the session, and from it to the \`Set-Cookie\` line, without a framework. The others are a
JWT codec and the package \`cookie\`, without what a session does beside them.

${small(groups, "typical, of microdot's time", { read: 'visit/read', count: 'visit/count' }, 'microdot')}

Where there is nothing of Node, as in a worker or a browser: the same package in the same process, seeing
\`TextEncoder\` and \`TextDecoder\` only.

${small(groups, 'sign, of the path on Node', perSize('portable/sign'), 'microdot')}

${small(groups, 'verify, of the path on Node', perSize('portable/verify'), 'microdot')}`;
}
