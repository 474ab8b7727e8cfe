// Which rows of the part "request" are worth runs of five seconds: those that goals are about, and of several peers the cheap ones.

/** A peer that a first look has at so much more than the cheapest of its framework is not the one that a goal compares with. */
export const DEAR = 1.5;

const goalsOf = (goals, framework) =>
  goals.filter(({ part, groups }) => part === 'request' && groups.includes(framework));

/** The rows of a framework that a goal is about. */
export function goalRows(goals, framework) {
  return new Set(
    goalsOf(goals, framework).flatMap(({ row, of = [], base, beside }) =>
      [row, ...of, base, beside].filter((id) => id !== undefined),
    ),
  );
}

/**
 * Those of them whose peers are not in question.
 * @param {ReadonlyMap<string, number>} us what a request of each row takes, at a first look
 */
export function dearRows(goals, framework, us) {
  return goalsOf(goals, framework).flatMap(({ of = [], base }) => {
    if (base === undefined) return [];
    const added = (id) => us.get(id) - us.get(base);
    const least = Math.min(...of.map(added));
    // A first look that was disturbed says nothing.
    return least > 0 ? of.filter((id) => added(id) > DEAR * least) : [];
  });
}
