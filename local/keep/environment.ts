import { writeFile } from 'node:fs/promises';
import type { Stack } from '../stack/stack.ts';
import { colleague } from './appointment.ts';
import { signIn } from './standIns.ts';

/** The consultation that a stack begins with, and `users.id` of both who take part in it; null where there is nobody. */
interface First {
  meetingId: string;
  provider: string | null;
  patient: string | null;
  /** An appointment for which both can meet; null where there is somebody missing. */
  appointment: string | null;
}

/** As long as a stack may stay up. */
const tokenLifeMs = 30 * 86_400_000;

/**
 * Writes what another terminal needs to use the stack: its environment, what RUNBOOK.md calls the deployment, a token of
 * each who took part in the first consultation and of a colleague, and an appointment of both.
 */
export async function writeEnvironment(stack: Stack, first: First, file: string): Promise<void> {
  const { stage, region } = stack.deployment.place;
  const all = { ...stack.env, STAGE: stage, REGION: region, MEETING: first.meetingId };
  const tokenOf = (userId: string | null) => (userId === null ? '' : signIn(stack, userId, tokenLifeMs).token);
  const people = {
    PROVIDER_TOKEN: tokenOf(first.provider),
    PATIENT_TOKEN: tokenOf(first.patient),
    PATIENT: first.patient ?? '',
    COLLEAGUE_TOKEN: tokenOf(colleague),
    COLLEAGUE: colleague,
    APPOINTMENT: first.appointment ?? '',
  };
  const standIns =
    '# Stand-ins for the two people of that meeting and a colleague, whom no other stack takes; the next appointment.\n';
  await writeFile(file, `${toLines(all)}${standIns}${toLines(people)}`);
}

function toLines(variables: Readonly<Record<string, string>>): string {
  const set = Object.entries(variables).filter(([, value]) => value !== '');
  return set.map(([name, value]) => `export ${name}='${value}'\n`).join('');
}
