import { sha256 } from '../digest.ts';
import { cutAgain, joinAnswers, type KeptAnswer, type PlanItem, type ServiceAnswer, slice } from './extraction.ts';

/** How one call is made, and what becomes of a text that the service finds too long. */
export interface Asking {
  /** Asks for the whole text at once. */
  ask: () => Promise<ServiceAnswer>;
  /** The answer to a part of it, which may be too long as well. */
  askForPart: (part: PlanItem, text: string) => Promise<KeptAnswer>;
  onCut?: (parts: number) => void;
}

/**
 * The answer to one call of the plan. A text that the service finds too long is asked for in parts.
 * @param text the call's own stretch
 * @throws whatever `ask` throws
 */
export async function askFor(item: PlanItem, text: string, { ask, askForPart, onCut }: Asking): Promise<KeptAnswer> {
  const { operation, n, begin, end } = item;
  const kept: KeptAnswer = { operation, n, begin, end, textSha256: await sha256(text), response: {} };
  try {
    return { ...kept, response: await ask() };
  } catch (error) {
    const parts = isTooLong(error) ? cutAgain(text, item) : undefined;
    if (!parts) throw error;
    onCut?.(parts.length);
    const answers: KeptAnswer[] = [];
    for (const part of parts) {
      answers.push(await askForPart(part, slice(text, { begin: part.begin - begin, end: part.end - begin })));
    }
    return { ...kept, ...joinAnswers(kept, answers) };
  }
}

const isTooLong = (error: unknown) => error instanceof Error && error.name === 'TextSizeLimitExceededException';
