import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCase } from '../cases/caseFolder.ts';
import { parseDialogue } from '../cases/dialogue.ts';
import { connect } from '../replay/deployment.ts';
import { skippingClock } from '../services/clock.ts';
import type { Stack, StackOptions } from '../stack/stack.ts';
import { followRecording } from './followed.ts';
import { Talk } from './talk.ts';
import { holdVisit } from './visit.ts';

/** What is said in the call. */
const spoken = 'medication-review';
const folder = join(import.meta.dirname, '../../fixtures', spoken);

/** A call in which two people say what a fixture says: what the stack needs for it, and the call itself. */
export function prepareCall(say: (line: string) => void) {
  const [talk, clock] = [new Talk(), skippingClock()];
  const env = { RECORDS: 'on' };
  return {
    // In functions it is as late as on the stack's clock.
    stack: { clock, speed: 0.5, heard: talk.heard, stepEnv: env, edge: { env } } satisfies StackOptions,
    /** @returns whether everything was as it should be */
    async hold(stack: Stack, out: string): Promise<boolean> {
      talk.in(stack);
      using deployment = connect(stack.env);
      const given = await readCase(folder);
      const dialogue = parseDialogue(await readFile(join(folder, 'dialogue.txt'), 'utf8'));
      say(`Two people meet and say what fixtures/${spoken} says; while they talk, time passes at once\n`);
      const visit = await holdVisit({ stack, deployment, clock, talk, dialogue, say });
      const isRead = await followRecording(visit, { stack, deployment, given, out, say });
      const isRight = visit.isRight && isRead;
      if (!isRight) say('\nThis is not what a call is to be like');
      return isRight;
    },
  };
}
