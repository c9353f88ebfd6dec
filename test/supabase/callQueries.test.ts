import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandsOf } from '../house/commands.ts';
import { Clinic, patient, provider, session } from './clinic.ts';

const queries = commandsOf('RUNBOOK.md').flatMap(({ section, text }) =>
  section === 'Look at calls' ? (/ -c "(.+)"$/.exec(text)?.[1] ?? []) : [],
);
const idOf = (n: number) => `00000000-0000-4000-8000-0000000001${String(n).padStart(2, '0')}`;

/** The queries of "Look at calls" on the migrated database, by what they ask. */
describe('RUNBOOK.md looks at calls', () => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await Clinic.open();
    await clinic.db.exec(`
      delete from public.video_call_sessions where id = '${session}';
      insert into public.video_call_sessions
          (id, provider_id, patient_id, status, created_at, duration_seconds, error_message, error_occurred_at)
        select i.id::uuid, '${provider}', '${patient}', i.status, now() - i.ago::interval, i.seconds, i.error,
          case when i.error is not null then now() - i.ago::interval end
        from (values
          ('${idOf(1)}', 'ended', '1 day', 600, null),
          ('${idOf(2)}', 'ended', '2 days', 1200, 'PartialResults: not read'),
          ('${idOf(3)}', 'failed', '3 days', null, 'ChimeUnavailable'),
          ('${idOf(4)}', 'active', '4 days', null, 'SDK timeout after 30 s'),
          ('${idOf(5)}', 'active', '5 days', null, null),
          ('${idOf(6)}', 'ended', '40 days', 60, 'SDK timeout')) i (id, status, ago, seconds, error);
      insert into public.video_call_participants (id, video_call_id, user_id, role, duration_seconds)
        select gen_random_uuid(), i.call::uuid, i.person::uuid, i.role, i.seconds
        from (values
          ('${idOf(1)}', '${provider}', 'provider', 600), ('${idOf(2)}', '${provider}', 'provider', 1200),
          ('${idOf(1)}', '${patient}', 'patient', 300), ('${idOf(6)}', '${patient}', 'patient', 60))
          i (call, person, role, seconds);
      insert into public.call_quality (session_id, user_id, kind, values, at)
        values ('${idOf(5)}', '${patient}', 'failure', '{"what": "SdkTimeout"}', now()),
          ('${idOf(5)}', '${patient}', 'failure', '{"what": "SdkTimeout"}', now()),
          ('${idOf(1)}', '${patient}', 'quality', '{"what": "SdkTimeout"}', now()),
          ('${idOf(2)}', '${patient}', 'failure', '{"what": "Other"}', now())`);
  });
  afterAll(() => clinic.db.close());

  const ask = async (at: number) => (await clinic.db.query<Record<string, unknown>>(queries[at] ?? '')).rows;

  test('by six queries', () => expect(queries).toHaveLength(6));

  test('the newest visits first', async () => {
    const rows = await ask(0);
    expect(rows.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6].map(idOf));
    expect(rows[0]).toMatchObject({ status: 'ended', duration_seconds: 600 });
  });

  test('those with a fault, the latest first', async () => {
    const rows = await ask(1);
    expect(rows.map(({ id }) => id)).toEqual([2, 3, 4, 6].map(idOf));
  });

  test.each<[what: string, at: number, expected: Record<string, string>[]]>([
    ['how many ended, and how long they lasted', 2, [{ ended: '2', minutes: '15.0' }]],
    ['the share with a fault', 3, [{ visits: '5', percent_with_a_fault: '60.0' }]],
    [
      'who took part',
      4,
      [
        { role: 'patient', times: '1', people: '1', minutes: '5.0' },
        { role: 'provider', times: '2', people: '1', minutes: '15.0' },
      ],
    ],
    ['the share of SDK timeouts, as they are told now or were then', 5, [{ percent_without_sdk: '40.0' }]],
  ])('%s', async (_, at, expected) => {
    const rows = await ask(at);
    expect(rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, value]) => [k, String(value)])))).toEqual(
      expected,
    );
  });

  test('of no visits at all, nothing is divided', async () => {
    await clinic.db.exec("begin; update public.video_call_sessions set created_at = now() - interval '1 year'");
    expect(await ask(3)).toEqual([{ visits: 0, percent_with_a_fault: null }]);
    expect(await ask(5)).toEqual([{ percent_without_sdk: null }]);
    await clinic.db.exec('rollback');
  });
});
