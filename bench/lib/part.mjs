// A part of the bench in a process of its own: takes its orders from run.mjs, tells how far it is, hands over what it found.

/**
 * @typedef {{ readonly mode: 'full' | 'quick', readonly scale: 'full' | 'normal', readonly seconds: number,
 *   readonly say: (what: string) => void }} Order
 * @param {(order: Order) => Promise<object>} measure
 */
export function serve(measure) {
  // Nobody is left to tell: a bench that was interrupted leaves no work behind.
  process.once('disconnect', () => process.exit(1));
  process.once('message', async (order) => {
    const say = (progress) => process.send({ progress });
    try {
      const result = await measure({ ...order, say });
      process.send({ result }, () => process.exit(0));
    } catch (error) {
      process.send({ error: String(error?.stack ?? error) }, () => process.exit(1));
    }
  });
}
