import type { Json } from '../jsonService.ts';
import { Branches } from './branches.ts';
import type { ParallelState } from './definition.ts';
import { toText } from './failure.ts';
import type { Thread, Visit } from './run.ts';

/** One attempt at all branches at once. Returns their outputs in the order of the branches. */
export async function runParallel(visit: Visit, state: ParallelState): Promise<Json> {
  const input = state.Arguments === undefined ? visit.input : await visit.fill(state.Arguments, 'Arguments');
  toText(input, `the arguments of state '${visit.name}'`);
  visit.record('ParallelStateStarted');
  const branches = new Branches(visit);
  const threads: Thread[] = [];
  const results = await Promise.all(
    state.Branches.map((block) => {
      const thread = branches.thread(visit.thread.previous);
      threads.push(thread);
      return branches.run(thread, () => visit.run.runBlock(visit.run, thread, block, input));
    }),
  );
  branches.finish(Math.max(...threads.map((thread) => thread.previous)));
  visit.record('ParallelStateSucceeded');
  return results.map((result) => result?.output ?? null);
}
