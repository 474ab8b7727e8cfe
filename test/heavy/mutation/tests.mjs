// Runs the compiled tests named, such as `session/save`, in one process: one for each would cost more than the tests.
for (const name of process.argv.slice(2)) await import(new URL(`./.build/${name}.test.js`, import.meta.url).href);
