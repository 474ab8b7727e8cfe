// What the latency suite prints of a host.

const ms = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(0));
const mb = (bytes) => (bytes / 1024 / 1024).toFixed(1);

function armLine(name, arm) {
  const other = arm.other === 0 ? '' : ` + ${arm.other} other`;
  return [
    `  ${name.padEnd(8)} p50 ${ms(arm.p50)} ms, p99 ${ms(arm.p99)}, p99.9 ${ms(arm.p999)}, max ${ms(arm.max)}`,
    `GC ${arm.minor} minor + ${arm.major} major${other}, ${arm.gcMs.toFixed(0)} ms in all, longest ${ms(arm.pause)}`,
    `event loop p99 ${ms(arm.loopP99Ms)} ms`,
    `heap ${mb(arm.heapStart)} -> ${mb(arm.heapEnd)} MB`,
    `busy ${((100 * arm.cpuMs) / arm.wallMs).toFixed(0)} %`,
    `${arm.answers} answers, ${arm.errors} errors, ${arm.wrong} wrong`,
  ].join('; ');
}

/** How many times the bare server's. */
const times = (session, bare, key) => `${(session[key] / bare[key]).toFixed(2)}`;

/** @returns {string[]} */
export function linesOf({ host, rate, seconds, turns, visitors, bare, session }) {
  return [
    `${host}: ${rate} requests a second, ${seconds} s each in ${turns} turns, ${visitors} visitors`,
    armLine('bare', bare),
    armLine('session', session),
    `  session / bare: p50 ${times(session, bare, 'p50')}, p99 ${times(session, bare, 'p99')}, ` +
      `p99.9 ${times(session, bare, 'p999')}, max ${times(session, bare, 'max')}; ` +
      `p99 of the last third / the first: ${(session.lastP99 / session.firstP99).toFixed(2)}, ` +
      `bare ${(bare.lastP99 / bare.firstP99).toFixed(2)}; ` +
      `sent late, p99: ${ms(session.lateP99)} ms, bare ${ms(bare.lateP99)}`,
    ...[bare, session].flatMap(({ firstFault }) => (firstFault === null ? [] : [`  first fault: ${firstFault}`])),
  ];
}
