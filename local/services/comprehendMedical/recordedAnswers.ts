import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { JsonObject } from '../jsonService.ts';
import { operationNames } from './limits.ts';

/** The service's recorded reaction to a text: its answer, or the error it gave. */
export type RecordedAnswer = { response: JsonObject } | { error: { name: string; message?: string } };

/** An answers file that cannot be used, with the reason and the place. */
export class RecordedAnswersInvalid extends Error {
  override readonly name = 'RecordedAnswersInvalid';
}

const object = v.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a JSON object',
);

const entry = v.pipe(
  v.object({
    operation: v.picklist(operationNames),
    text: v.pipe(v.string(), v.minLength(1)),
    response: v.optional(object),
    error: v.optional(
      v.object({
        name: v.pipe(v.string(), v.minLength(1)),
        message: v.optional(v.string()),
      }),
    ),
    times: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  }),
  v.check((one) => (one.response === undefined) !== (one.error === undefined), 'needs either a response or an error'),
  v.check((one) => one.times === undefined || one.error !== undefined, 'times is for errors only'),
);

type Entry = v.InferOutput<typeof entry>;

/** Everything recorded for one operation and text. */
interface Recorded {
  /** Errors that are given a limited number of times, before anything else. */
  passing: { answer: RecordedAnswer; left: number }[];
  lasting?: RecordedAnswer;
}

/** The recorded answers of any number of cases, found by operation and text. */
export class RecordedAnswers {
  readonly #recorded = new Map<string, Recorded>();

  /**
   * Takes the answers of one file: `[{ operation, text, response } | { operation, text, error: { name, message? },
   * times? }]`. An error with `times` is given that many times and is then forgotten; everything else is given for
   * good. `source` names the file in errors.
   *
   * The answer of a later file replaces that of an earlier one: a case was edited and is run again.
   * @throws RecordedAnswersInvalid, and takes nothing, when the file has another shape or contradicts itself
   */
  add(source: string, json: unknown): void {
    const entries = parse(source, json);
    for (const [index, one] of entries.entries()) refuseContradiction(source, one, entries.slice(0, index));
    for (const one of entries) this.#take(one);
  }

  /** The next answer for this call, undefined when none is recorded. Uses up one of an error's `times`. */
  find(operation: string, text: string): RecordedAnswer | undefined {
    const recorded = this.#recorded.get(keyOf(operation, text));
    const [next] = recorded?.passing ?? [];
    if (!next) return recorded?.lasting;
    next.left -= 1;
    if (next.left === 0) recorded?.passing.shift();
    return next.answer;
  }

  #take(one: Entry): void {
    const key = keyOf(one.operation, one.text);
    const recorded = this.#recorded.get(key) ?? { passing: [] };
    if (one.times === undefined) recorded.lasting = answerOf(one);
    else recorded.passing.push({ answer: answerOf(one), left: one.times });
    this.#recorded.set(key, recorded);
  }
}

function refuseContradiction(source: string, one: Entry, before: readonly Entry[]): void {
  if (one.times !== undefined) return;
  const key = keyOf(one.operation, one.text);
  const other = before.find((each) => each.times === undefined && keyOf(each.operation, each.text) === key);
  if (!other || JSON.stringify(answerOf(other)) === JSON.stringify(answerOf(one))) return;
  throw new RecordedAnswersInvalid(`${source}: two answers of ${one.operation} to one text (key ${key.slice(-12)})`);
}

function parse(source: string, json: unknown): Entry[] {
  const result = v.safeParse(v.array(entry), json);
  if (result.success) return result.output;
  const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'file'}: ${shape(issue)}`);
  throw new RecordedAnswersInvalid(`${source}: ${problems.join('; ')}`);
}

/** The problem without the value: a text may be what a patient said. */
function shape(issue: v.BaseIssue<unknown>): string {
  return issue.kind === 'schema' && issue.received === 'undefined' ? 'is missing' : issue.message;
}

function answerOf(one: Entry): RecordedAnswer {
  if (one.response !== undefined) return { response: one.response };
  if (one.error === undefined) throw new RecordedAnswersInvalid('an entry without an answer');
  const { name, message } = one.error;
  return { error: message === undefined ? { name } : { name, message } };
}

function keyOf(operation: string, text: string): string {
  return `${operation} ${createHash('sha256').update(text).digest('hex')}`;
}
