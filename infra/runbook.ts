import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A part of RUNBOOK.md under a heading of the third level: about one alarm, or about failures of the same kind. */
export interface Section {
  /** The names in the heading, which are separated by commas. */
  names: string[];
  anchor: string;
  /** The heading of the second level that it is under. */
  part: string;
  text: string;
}

/** The sections of the runbook, in their order. */
export function readRunbook(path = join(import.meta.dirname, '..', 'RUNBOOK.md')): Section[] {
  return readFileSync(path, 'utf8')
    .split(/^## /m)
    .slice(1)
    .flatMap((chapter) => {
      const [part = ''] = chapter.split('\n', 1);
      return chapter
        .split(/^### /m)
        .slice(1)
        .map((text) => {
          const [heading = ''] = text.split('\n', 1);
          return { names: heading.split(', '), anchor: toAnchor(heading), part, text };
        });
    });
}

/** A heading's address on the pages that show Markdown: small letters, no punctuation, hyphens for blanks. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

/** A rule of `retry.yml`. */
export interface RetryRule {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxAttempts: number;
  MaxDelaySeconds: number;
  JitterStrategy: 'FULL' | 'NONE';
}

/** The longest that the pauses of a rule can be, one after the other, in seconds. */
export function pausesOf({ IntervalSeconds, BackoffRate, MaxAttempts, MaxDelaySeconds }: RetryRule): number[] {
  return Array.from({ length: MaxAttempts }, (_, n) => Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds));
}

/** How often, and for how long, a rule that gives up retries, in the words of the runbook. */
export function wordsOf(rule: RetryRule): { times: string; within: string } {
  const minutes = Math.round(pausesOf(rule).reduce((sum, pause) => sum + pause, 0) / 60);
  const limit = rule.JitterStrategy === 'FULL' ? ' at most' : '';
  return { times: String(rule.MaxAttempts), within: `within ${minutes} minutes${limit}` };
}
