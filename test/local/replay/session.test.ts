import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Case } from '../../../local/cases/caseFolder.ts';
import { seedSession, uuidOf } from '../../../local/replay/session.ts';
import { TestServer } from '../services/supabase/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.close());

const provider = { user_id: uuidOf('who', 'provider'), role: 'provider' } as const;
const patient = { user_id: uuidOf('who', 'patient'), role: 'patient' } as const;
const guest = { role: 'other', attendee_id: 'a3' } as const;
type Participants = NonNullable<NonNullable<Case['session']>['participants']>;

/** A case of the session of this name, in which these people are. */
const of = (session: string, name: string, participants: Participants): Case => ({
  name,
  kind: 'case-folder',
  jobName: name,
  language: 'en-US',
  standIn: { durationMs: 1_000, channels: 1 },
  session: { session: { id: uuidOf(session, 'session') }, participants },
});

async function participantsOf(session: string) {
  const query = server.service.from('video_call_participants').select('id, user_id, role, attendee_id');
  const { data } = await query.eq('video_call_id', uuidOf(session, 'session')).order('role');
  return (data ?? []) as { id: string; user_id: string | null; role: string; attendee_id: string | null }[];
}

test('cases of one session that begin at once write its participants once', async () => {
  const given = Array.from({ length: 8 }, (_, at) => of('shared', `visit-${at}`, [provider, patient, guest]));
  await Promise.all(given.map((one) => seedSession(server.service, one)));
  expect(await participantsOf('shared')).toMatchObject([guest, patient, provider]);
});

test('whoever is in the session already stays in it when another case of it begins', async () => {
  await seedSession(server.service, of('stays', 'first', [provider, patient]));
  const before = await participantsOf('stays');
  await seedSession(server.service, of('stays', 'second', [patient, { ...provider, attendee_id: 'a1' }]));
  const after = await participantsOf('stays');
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(after).toMatchObject([{ role: 'patient' }, { role: 'provider', attendee_id: 'a1' }]);
});

test.each<[string, Participants]>([
  ['fewer', [patient]],
  ['none', []],
])('a second run of a case that names %s people replaces them', async (name, participants) => {
  await seedSession(server.service, of(name, name, [provider, patient, guest]));
  await seedSession(server.service, of(name, name, participants));
  expect(await participantsOf(name)).toMatchObject(participants);
});
