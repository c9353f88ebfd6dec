// Loads each file that it is given. Run by deno.test.ts.
const root = new URL('../../', import.meta.url);

for (const file of Deno.args) {
  Deno.test(`${file} is loaded`, async () => {
    await import(new URL(file, root).href);
  });
}
