// A reporter for node:test that ends the process at the first failure: for a mutant one is enough.

// biome-ignore lint/style/noDefaultExport: that is how Node loads a reporter
export default async function* bail(events) {
  for await (const { type, data } of events) {
    if (type !== 'test:fail') continue;
    process.stdout.write(`${JSON.stringify({ file: data.file ?? '', test: data.name })}\n`);
    process.exit(1);
  }
  yield '';
}
