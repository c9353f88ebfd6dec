import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDialogue } from '../local/cases/dialogue.ts';
import type { Shape } from '../local/cases/dialogueHeader.ts';
import { toJobResult } from '../local/cases/jobResult.ts';
import type { TranscriptContext } from '../pipeline/transcript/normalize.ts';

/** Transcribe Medical's documented layout, and the one with labels and ids on every item. */
export const shapes = ['medical-guide', 'newer'] as const satisfies Shape[];

export interface LongJob {
  shape: Shape;
  minutes: number;
  words: number;
  durationMs: number;
  /** The job result as the service would have written it. */
  json: string;
}

const wordsPerMinute = 150;
const source = join(import.meta.dirname, '../fixtures/ten-minute-consultation/dialogue.txt');

/** A conversation of two that lasts `minutes`: the lines of the ten-minute consultation, again and again. */
export function toLongJob(minutes: number, shape: Shape): LongJob {
  const wanted = minutes * wordsPerMinute;
  const lines = spokenLines();
  const said: string[] = [];
  let words = 0;
  for (let at = 0; words < wanted; at += 1) {
    const line = lines[at % lines.length] ?? '';
    said.push(line);
    words += line.slice(line.indexOf(': ') + 2).split(' ').length;
  }
  const header = `layout: speakers\nshape: ${shape}\npace: ${wordsPerMinute}`;
  const dialogue = parseDialogue(`${header}\n\n${said.join('\n')}\n`);
  const json = JSON.stringify(toJobResult(dialogue, { jobName: `${shape}-${minutes}` }));
  return { shape, minutes, words, durationMs: dialogue.durationMs, json };
}

/** The facts that the workflow would know about the job's recording. */
export function contextOf({ durationMs }: Pick<LongJob, 'durationMs'>): TranscriptContext {
  const ids = { recordingId: 'rec-0', meetingId: 'meeting', appointmentId: null };
  return { ...ids, language: 'en-US', engine: 'transcribe-medical', durationMs };
}

function spokenLines(): string[] {
  const text = readFileSync(source, 'utf8');
  return text
    .slice(text.indexOf('\n\n'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}
