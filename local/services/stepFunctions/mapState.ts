import type { Json } from '../jsonService.ts';
import { Branches } from './branches.ts';
import type { MapState } from './definition.ts';
import { toText } from './failure.ts';
import type { Visit } from './run.ts';

/** The most iterations of an inline Map that the service runs side by side, whatever MaxConcurrency says. */
const mostAtOnce = 40;

/** One attempt at an inline Map. Returns the iterations' outputs in the order of the items. */
export async function runMap(visit: Visit, state: MapState): Promise<Json> {
  const items = await readItems(visit, state);
  const wanted =
    state.MaxConcurrency === undefined ? 0 : await visit.wholeNumber(state.MaxConcurrency, 'MaxConcurrency', 0);
  visit.record('MapStateStarted', { mapStateStartedEventDetails: { length: items.length } });

  const branches = new Branches(visit);
  const outputs: Json[] = items.map(() => null);
  const queue = items.entries();
  let last = visit.thread.previous;
  const worker = async () => {
    for (const [index, item] of queue) {
      if (branches.failed) return;
      const result = await iterate(visit, state, branches, index, item, last);
      last = Math.max(last, result.last);
      outputs[index] = result.output;
    }
  };
  const started = last;
  const workers = Math.min(wanted === 0 ? mostAtOnce : wanted, mostAtOnce, items.length);
  await Promise.all(Array.from({ length: workers }, worker));
  branches.finish(Math.max(started, last));
  visit.record('MapStateSucceeded');
  return outputs;
}

async function readItems(visit: Visit, state: MapState): Promise<Json[]> {
  const items = state.Items === undefined ? visit.input : await visit.fill(state.Items, 'Items');
  if (Array.isArray(items)) return items;
  throw visit.queryFailure('Items', `${typeof items} ${JSON.stringify(items).slice(0, 200)} is not an array`);
}

async function iterate(visit: Visit, state: MapState, branches: Branches, Index: number, Value: Json, after: number) {
  const thread = branches.thread(after, { Index, Value });
  const note = { name: visit.name, index: Index };
  const add = (type: string, details: object) => visit.run.history.add(type, thread.previous, { ...details });
  thread.previous = add('MapIterationStarted', { mapIterationStartedEventDetails: note });
  const result = await branches.run(thread, async () => {
    const input = await itemInput(visit, state, { Index, Value });
    return visit.run.runBlock(visit.run, thread, state.ItemProcessor, input);
  });
  if (result) add('MapIterationSucceeded', { mapIterationSucceededEventDetails: note });
  else if (branches.isCulprit(thread)) add('MapIterationFailed', { mapIterationFailedEventDetails: note });
  else add('MapIterationAborted', { mapIterationAbortedEventDetails: note });
  return { output: result?.output ?? null, last: thread.previous };
}

/** The item itself, or what ItemSelector makes of it. */
async function itemInput(visit: Visit, state: MapState, Item: { Index: number; Value: Json }): Promise<Json> {
  const { ItemSelector } = state;
  const input =
    ItemSelector === undefined ? Item.Value : await visit.fill(ItemSelector, 'ItemSelector', {}, { Map: { Item } });
  toText(input, `the input of an iteration of state '${visit.name}'`);
  return input;
}
