// Loads the modules that it is given, the function last, and ends with the process that started it, however that ends: its
// standard input ends then.
async function watch(): Promise<never> {
  for await (const _ of Deno.stdin.readable);
  Deno.exit();
}

void watch();
for (const module of Deno.args) await import(module);
