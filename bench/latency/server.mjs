// One server of hosts.mjs in a process of its own, and what it knows of itself: node --expose-gc server.mjs HOST ARM
// Says its port. 'begin' and 'end' are around a turn, whose collections and delays it tells; 'heap' collects and measures.

import { constants, monitorEventLoopDelay, PerformanceObserver, performance } from 'node:perf_hooks';
import { CONTROLS, HOSTS } from './hosts.mjs';

const { NODE_PERFORMANCE_GC_MAJOR: MAJOR, NODE_PERFORMANCE_GC_MINOR: MINOR } = constants;
const [, , name, arm] = process.argv;

let collections = [];
const note = (entries) => {
  for (const { startTime, duration, detail } of entries) collections.push({ startTime, duration, kind: detail.kind });
};
const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ entryTypes: ['gc'] });

/** Of all turns together. */
const delay = monitorEventLoopDelay({ resolution: 1 });
let beganMs = 0;
let beganCpu = null;

const ANSWERS = {
  begin() {
    note(observer.takeRecords());
    collections = [];
    beganCpu = process.cpuUsage();
    beganMs = performance.now();
    delay.enable();
    return {};
  },
  end() {
    delay.disable();
    note(observer.takeRecords());
    const { user, system } = process.cpuUsage(beganCpu);
    const durations = (isWanted) =>
      collections
        .filter(({ startTime, kind }) => startTime >= beganMs && isWanted(kind))
        .map(({ duration }) => duration);
    return {
      cpuMs: (user + system) / 1000,
      // What is neither, such as a step of incremental marking, is the work of a major one.
      minorMs: durations((kind) => kind === MINOR),
      majorMs: durations((kind) => kind === MAJOR),
      otherMs: durations((kind) => kind !== MINOR && kind !== MAJOR),
      loopP99Ms: delay.percentile(99) / 1e6,
    };
  },
  heap() {
    globalThis.gc();
    globalThis.gc();
    return { bytes: process.memoryUsage().heapUsed };
  },
};

const port = await { ...HOSTS, ...CONTROLS }[name][arm]();
process.on('message', (question) => process.send(ANSWERS[question]()));
process.on('disconnect', () => process.exit(0));
process.send({ port });
