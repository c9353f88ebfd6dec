import { askFor } from '../clinical/asking.ts';
import { type Gap, type KeptAnswer, type PlanItem, type ServiceAnswer, slice } from '../clinical/extraction.ts';
import type { Operation } from '../clinical/operations.ts';
import { retried } from '../errors.ts';
import { askingMs, atOnce, pauses } from './limits.ts';

/** Whom the calls are made to, and how long they may take. */
export interface AskingAll {
  /** Asks for one text. */
  ask: (operation: Operation, text: string, item: PlanItem) => Promise<ServiceAnswer>;
  now: () => Date;
  /** Waits some part of so many milliseconds. */
  pause: (longestMs: number) => Promise<void>;
  /** When the request came. */
  since: Date;
  onFailed: (item: PlanItem, error: string) => void;
}

export interface Asked {
  answers: KeptAnswer[];
  gaps: Gap[];
}

/**
 * Makes every call of a plan, a few at once. What finds the service busy is asked for again as long as there is time;
 * what then fails, or has not begun, is a gap that has the name of the failure, as in the workflow. It never throws.
 */
export async function askAll(text: string, plan: readonly PlanItem[], asking: AskingAll): Promise<Asked> {
  const answers: KeptAnswer[] = [];
  const gaps: Gap[] = [];
  const waiting = [...plan];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        answers.push(await askUntil(item, slice(text, item), asking));
      } catch (failure) {
        const error = failure instanceof Error ? failure.name : 'UnexpectedError';
        asking.onFailed(item, error);
        gaps.push({ operation: item.operation, begin: item.begin, end: item.end, error });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const inOrder = (a: Pick<PlanItem, 'operation' | 'begin'>, b: typeof a) => placeIn(plan, a) - placeIn(plan, b);
  return { answers: answers.toSorted(inOrder), gaps: gaps.toSorted(inOrder) };
}

function placeIn(plan: readonly PlanItem[], { operation, begin }: Pick<PlanItem, 'operation' | 'begin'>): number {
  return plan.findIndex((item) => item.operation === operation && item.begin === begin);
}

async function askUntil(item: PlanItem, text: string, asking: AskingAll): Promise<KeptAnswer> {
  const { ask, now, pause, since } = asking;
  const isOver = () => now().getTime() - since.getTime() >= askingMs;
  const asked = async (): Promise<ServiceAnswer> => {
    if (isOver()) throw Object.assign(new Error('there was no time left'), { name: 'States.Timeout' });
    for (let longest: number = pauses.first; ; longest = Math.min(2 * longest, pauses.most)) {
      try {
        return await ask(item.operation, text, item);
      } catch (error) {
        if (!isBusy(error)) throw error;
        await pause(longest);
        if (isOver()) throw error;
      }
    }
  };
  return askFor(item, text, { ask: asked, askForPart: (part, partText) => askUntil(part, partText, asking) });
}

function isBusy(error: unknown): boolean {
  const busy: readonly string[] = retried.busy;
  return error instanceof Error && busy.includes(error.name);
}
