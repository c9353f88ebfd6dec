import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeAppointment } from '../../../local/keep/appointment.ts';
import type { Row } from '../../../local/ready/question.ts';
import type { Testers } from '../../../local/ready/testers.ts';
import { holdCall, missingFrom } from '../../../local/ready/smoke.ts';
import { realClock } from '../../../local/services/clock.ts';
import { TestStack } from '../../workflow/testStack.ts';
import { run } from '../command.ts';

/** Two test users of a stack and their appointment, as an operator makes them. */
async function testersOf({ stack, deployment }: TestStack): Promise<Testers> {
  const people = { provider: randomUUID(), patient: randomUUID() };
  const appointmentId = randomUUID();
  await makeAppointment(deployment.supabase, people, appointmentId);
  const now = Math.floor(Date.now() / 1000);
  const sign = (sub: string) => stack.signJwt({ role: 'authenticated', sub, iat: now - 60, exp: now + 3_600 });
  return { appointmentId, tokens: { provider: sign(people.provider), patient: sign(people.patient) } };
}

const toEnv = ({ appointmentId, tokens }: Testers) => ({
  SMOKE_APPOINTMENT: appointmentId,
  SMOKE_PROVIDER_TOKEN: tokens.provider,
  SMOKE_PATIENT_TOKEN: tokens.patient,
});

async function smoke(product: TestStack, env: Record<string, string> = {}, ...args: string[]) {
  const all = ['--stage', 'local', '--smoke', '--json', ...args];
  const { code, stdout, stderr } = await run('local/commands/ready.ts', all, { ...product.stack.env, ...env });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  const rows = last.startsWith('[') ? (JSON.parse(last) as Row[]) : [];
  return { code, stdout, stderr, rows: rows.map(({ what, found, verdict }) => [what, found, verdict]) };
}

test('an action that is wanted twice has to be there twice', () => {
  const wanted = ['CREATED', 'ATTENDEE_ADDED', 'ATTENDEE_ADDED', 'ENDED'] as const;
  expect(missingFrom(['ATTENDEE_ADDED', 'CREATED', 'JOINED'], wanted)).toEqual(['ATTENDEE_ADDED', 'ENDED']);
  expect(missingFrom([...wanted].reverse(), wanted)).toEqual([]);
});

describe('a call that is tried', () => {
  let product: TestStack;
  let testers: Testers;
  beforeAll(async () => {
    product = await TestStack.start({ stepEnv: { RECORDS: 'on' } });
    testers = await testersOf(product);
  });
  afterAll(() => product.stop());
  afterEach(() => product.stack.faults.clear());

  const open = async () => (await product.rows('video_call_sessions', 'status', 'active')).length;

  test('is opened, joined, ended and proved, and its cost is said', async () => {
    const { code, rows, stdout, stderr } = await smoke(product);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rows).toEqual([
      ['the provider opens the call', 'the meeting and her attendee', 'right'],
      ['the patient joins it', 'the same meeting, and another attendee', 'right'],
      ['the provider ends it', 'the session is ended', 'right'],
      ['its audit trail', expect.stringMatching(/^the chain of meeting \S+ is whole \(4 entries\)$/), 'right'],
    ]);
    expect(stdout).toMatch(/it cost at most 0\.000\d USD: 0\.\d attendee minutes at 0\.0017 USD \(unconfirmed/);
    expect(stdout).toMatch(/4 right, 0 things lacking/);
    const [, meetingId = ''] = /chain of meeting (\S+) is/.exec(stdout) ?? [];
    expect((await product.audit(meetingId)).map(({ action }) => action)).toEqual([
      'CREATED',
      'ATTENDEE_ADDED',
      'ATTENDEE_ADDED',
      'ENDED',
    ]);
    const [meeting] = await product.rows('call_meetings', 'meeting_id', meetingId);
    const [session] = await product.rows('video_call_sessions', 'id', meeting?.['session_id'] as string);
    expect(session).toMatchObject({ status: 'ended', recording_enabled: false });
  });

  test('is tried again with the same test users and their appointment', async () => {
    for (const time of ['first', 'second']) {
      const { code, rows } = await smoke(product, toEnv(testers));
      expect({ time, code, last: rows.at(-1)?.at(-1) }).toEqual({ time, code: 0, last: 'right' });
    }
  });

  test.each<[what: string, change: (right: Testers) => Partial<ReturnType<typeof toEnv>>, found: string, todo: string]>(
    [
      ['a token that is none', () => ({ SMOKE_PROVIDER_TOKEN: 'x.y.z' }), '401 InvalidToken', 'sign in again'],
      [
        'no such appointment',
        () => ({ SMOKE_APPOINTMENT: randomUUID() }),
        '404 AppointmentNotFound',
        'name an appoint',
      ],
      ['no uuid', () => ({ SMOKE_APPOINTMENT: 'tomorrow' }), '404 AppointmentNotFound', 'name an appointment'],
      [
        'the tokens exchanged',
        ({ tokens }) => ({ SMOKE_PROVIDER_TOKEN: tokens.patient, SMOKE_PATIENT_TOKEN: tokens.provider }),
        '403 OnlyTheProvider',
        'perhaps the two were exchanged',
      ],
      [
        'twice the same user',
        ({ tokens }) => ({ SMOKE_PATIENT_TOKEN: tokens.provider }),
        'another answer',
        'perhaps of one user',
      ],
    ],
  )('%s is named with what to do, and no call is left', async (_, change, found, todo) => {
    const { code, rows, stdout } = await smoke(product, { ...toEnv(testers), ...change(testers) });
    expect(code).toBe(1);
    expect(rows.filter(([, , verdict]) => verdict === 'lacks').map(([, text]) => text)).toEqual([found]);
    expect(stdout).toMatch(new RegExp(`LACKS .*${found}.*\\n.*to do: .*${todo}`));
    expect(await open()).toBe(0);
  });

  test('Chime does not answer', async () => {
    const error = 'ServiceUnavailableException';
    const times = Number.POSITIVE_INFINITY;
    product.stack.faults.add({ target: 'chime', operation: 'CreateMeeting', error, status: 503, times });
    const { code, rows } = await smoke(product, toEnv(await testersOf(product)));
    expect({ code, rows }).toEqual({
      code: 1,
      rows: [['the provider opens the call', '503 ChimeUnavailable', 'lacks']],
    });
  });

  test('one of the test users is missing', async () => {
    const { SMOKE_PATIENT_TOKEN: _, ...env } = toEnv(testers);
    const { code, stderr } = await smoke(product, env);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^ready: SMOKE_PATIENT_TOKEN not/),
    });
  });

  test('on AWS itself, test users have to be named, and the price accepted', async () => {
    const aws = { AWS_ENDPOINT_URL: '' };
    const unnamed = await smoke(product, aws);
    expect(unnamed).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('SMOKE_PROVIDER_TOKEN, SMOKE_PATIENT_TOKEN, SMOKE_APPOINTMENT not set') as string,
    });
    const { code, stderr } = await smoke(product, { ...aws, ...toEnv(testers) });
    expect(code).toBe(2);
    expect(stderr).toMatch(/in AWS account 111122223333 in eu-west-1, .* at most 0\.0034 USD .*; add --yes to do it/);
  });

  test('a deployment that records names the version of its text', async () => {
    const { stdout } = await run('local/commands/ready.ts', ['--stage', 'local'], product.stack.env);
    expect(stdout).toMatch(
      /LACKS the version of the text that people agree to: not named: the newest, \d{4}-\d\d-\d\d /,
    );
  });
});

describe("on the machine's own clock", () => {
  let product: TestStack;
  beforeAll(async () => {
    product = await TestStack.start({ clock: realClock() });
  });
  afterAll(() => product.stop());

  test('a trail that is not carried yet is said to be waited for', async () => {
    const apiUrl = product.stack.env['API_URL'] ?? '';
    const { deployment } = product;
    // The first minute of carryAudit is not over.
    const { rows } = await holdCall({ ...(await testersOf(product)), apiUrl, deployment, waitMs: 0 }, () => {});
    expect(rows.at(-1)).toMatchObject({
      found: 'still waiting for CREATED, ATTENDEE_ADDED, ATTENDEE_ADDED, ENDED after 0 s',
      verdict: 'lacks',
      todo: expect.stringMatching(/npm run audit -- verify [\da-f-]{36}/) as string,
    });
  });

  test("somebody's call is not touched", async () => {
    const { appointmentId, tokens } = await testersOf(product);
    const response = await fetch(`${product.stack.env['API_URL']}/meetings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.provider}` },
      body: JSON.stringify({ action: 'create', appointmentId }),
    });
    expect(response.status).toBe(200);
    const { code, stderr } = await smoke(product, toEnv({ appointmentId, tokens }));
    expect(code).toBe(1);
    expect(stderr).toContain(`ready: appointment ${appointmentId} has a call under way`);
    const [session] = await product.rows('video_call_sessions', 'appointment_id', appointmentId);
    expect(session?.['status']).toBe('active');
  });

  test('a door that does not answer is named', async () => {
    const { deployment } = product;
    const trial = { ...(await testersOf(product)), apiUrl: 'http://127.0.0.1:9', deployment, waitMs: 0 };
    const { rows } = await holdCall(trial, () => {});
    expect(rows).toMatchObject([{ found: 'no answer', todo: expect.stringContaining('does not answer') as string }]);
  });
});
