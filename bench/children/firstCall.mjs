// `firstCall.mjs MODULE EVENT`: imports a bundled module and calls its `handler` once. Plain JavaScript, so that nothing
// but the module is compiled. The report: milliseconds of the clock and of the processor from the import to the answer.
import { pathToFileURL } from 'node:url';

const [file, event] = process.argv.slice(2);
const [begin, cpu] = [performance.now(), process.cpuUsage()];
const { handler } = await import(pathToFileURL(file).href);
const importMs = performance.now() - begin;
await handler(JSON.parse(event), { awsRequestId: 'r' }).catch(() => {});
const ms = performance.now() - begin;
const { user, system } = process.cpuUsage(cpu);
// The last line: a handler logs before.
process.stdout.write(`\n${JSON.stringify({ importMs, ms, cpuMs: (user + system) / 1000 })}`, () => process.exit());
