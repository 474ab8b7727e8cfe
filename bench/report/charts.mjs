// The pictures of docs/benchmarks.md: who is plotted, and in which order.

import { PEERS } from '../codec/peers.mjs';
import { median } from '../lib/stats.mjs';
import { ratioOf } from './figures.mjs';
import { isOwn } from './request.mjs';
import { dotPlot } from './svg.mjs';

const about = ({ node, date }) => `Node ${node.slice(1)}, ${date.slice(0, 10)}, npm run bench; a logarithmic axis`;

export function codecChart(result) {
  const { groups } = result;
  const point = (id, way, series) => {
    const group = [groups[`${way}/typical`], groups[`${way}/typical/async`]].find((one) => one?.samples[id]);
    const ratio = ratioOf(group, id, 'microdot');
    return ratio === undefined ? [] : [{ series, value: ratio.median }];
  };
  const pointsOf = (id) => [...point(id, 'sign', 0), ...point(id, 'verify', 1)];
  const rows = ['microdot', ...PEERS.map(({ id }) => id), 'floor']
    .map((id) => ({
      label: id === 'floor' ? 'floor: JSON and SHA-256 alone' : id,
      strong: id === 'microdot',
      points: pointsOf(id),
    }))
    .filter(({ points }) => points.length > 0)
    .sort((a, b) => largest(a) - largest(b));
  return dotPlot({
    title: "A session of 140 bytes: CPU time, of microdot's",
    about: about(result),
    series: ['sign', 'verify'],
    unit: '×',
    rows,
    one: true,
  });
}

const largest = ({ points }) => Math.max(...points.map(({ value }) => value));

/** Where a difference of two measurements comes out at nothing, there is still a place on the axis. */
const LEAST_US = 0.1;

export function requestChart(result) {
  const rows = Object.entries(result.groups).flatMap(([framework, { samples }]) => {
    const added = (id, series) => {
      if (samples[id] === undefined) return [];
      const us = median(samples[id].map((value, round) => value - samples.none[round]));
      return [{ series, value: Math.max(LEAST_US, us) }];
    };
    const stacks = new Set(Object.keys(samples).flatMap((id) => (id === 'none' ? [] : [id.replace(/^\w+, /, '')])));
    // The app of this package is a framework itself: it is in the tables, to compare whole requests.
    stacks.delete('Microdot app');
    const lines = Array.from(stacks, (stack) => ({
      label: stack,
      strong: isOwn(stack),
      points: [...added(`read, ${stack}`, 0), ...added(`count, ${stack}`, 1)],
    }));
    return [{ label: framework, heading: true, points: [] }, ...lines.sort((a, b) => largest(a) - largest(b))];
  });
  return dotPlot({
    title: 'What a session adds to a request: CPU time of the server',
    about: about(result),
    series: ['read', 'count'],
    unit: ' µs',
    rows,
  });
}
