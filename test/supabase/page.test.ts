import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Postgrest, startPostgrest } from '../../local/services/supabase/postgrest.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { toReleased } from '../../pipeline/reading/release.ts';
import { apply, type Change } from '../../viewer/changes.ts';
import { SupabaseSource } from '../../viewer/supabaseSource.ts';
import { addCode, codeForms } from '../../viewer/typed.ts';
import { documentsOf } from '../pipeline/consult.ts';
import { findingOf } from '../pipeline/reading/visit.ts';
import { drawn } from '../viewer/charts.ts';
import { sourceContract } from '../viewer/sourceContract.ts';
import { Clinic, patient, provider, tokenOf } from './clinic.ts';

let clinic: Clinic;
let rest: Postgrest;
beforeAll(async () => {
  clinic = await Clinic.open();
  const clock = {
    now: () => Date.now(),
    sleep: () => Promise.reject(new Error('nothing here waits')),
    busy: <T>(work: Promise<T>) => work,
  };
  rest = await startPostgrest({ db: clinic.db, jwtSecret: 'a secret of the test', clock });
});
afterAll(async () => {
  await rest.close();
  await clinic.db.close();
});

const lines = [
  'C: What brings you in?',
  'P: I have a [cough].',
  'C: Do you have [asthma]?',
  'P: No.',
  'P: The [cough] is worse at night.',
];
const codes = { cough: ['R05.9', 'R05.1'], asthma: 'J45.909' };

let recordings = 0;

/** A consultation of its own, read and decided on as its provider over PostgREST. */
async function open(sub = provider): Promise<SupabaseSource> {
  recordings += 1;
  const recording = `rec-page-${recordings}`;
  const options = { category: 'MEDICAL_CONDITION', type: 'DX_NAME', codes } as const;
  const { transcript, entities, consultation } = await documentsOf(lines, options);
  const own = { recordingId: recording };
  const documents = {
    transcript: { ...transcript, ...own },
    entities: { ...entities, ...own },
    consultation: { ...consultation, ...own },
  };
  expect(await clinic.store(documents)).toEqual({ answer: expect.anything() });
  const token = rest.signJwt({ role: 'authenticated', sub });
  const apiKey = rest.signJwt({ role: 'anon' });
  return new SupabaseSource(
    { recording, url: rest.url, apiKey, api: 'https://api.example' },
    { fetch, token: () => Promise.resolve(token), now: () => new Date(), onToken: () => () => undefined },
  );
}

sourceContract('the real database', async () => {
  const source = await open();
  return { source, finding: findingOf(await source.open(), 'cough').id };
});

/** Who did it stays; when it was is the clock of whoever wrote it down. */
function withoutTimes(opened: Opened): unknown {
  return JSON.parse(
    JSON.stringify(opened, (key, value: unknown) =>
      ['at', 'reviewedAt', 'signedAt', 'releasedAt'].includes(key) && value !== null ? 'a time' : value,
    ),
  );
}

/** Every kind of change, in an order in which each meets what the others left. */
function session(opened: Opened): Change[] {
  const cough = findingOf(opened, 'cough').id;
  const asthma = findingOf(opened, 'asthma').id;
  const own = { system: 'ICD-10-CM', code: 'J20.9' } as const;
  const suggested = drawn(opened, 'cough').codes.flatMap(({ system, code, entities }) =>
    entities.map((entity) => ({ entity, system, code })),
  );
  const [first] = opened.turns;
  if (!first) throw new Error('no turn');
  const { begin, speaker } = first;
  return [
    { kind: 'release' },
    { kind: 'codes', decisions: suggested.map((one) => ({ ...one, review: 'rejected', note: 'Too vague.\nReally.' })) },
    { kind: 'addCode', finding: cough, ...own },
    { kind: 'addCode', finding: cough, system: 'SNOMED-CT', code: '49727002' },
    { kind: 'addCode', finding: cough, system: 'ICD-10-CM', code: 'R05.9' },
    { kind: 'codes', decisions: [{ entity: cough, ...own, review: 'rejected', note: 'Not after all.' }] },
    { kind: 'addCode', finding: cough, ...own },
    { kind: 'codes', decisions: [{ entity: cough, ...own, review: 'suggested' }] },
    { kind: 'findings', decisions: [{ finding: asthma, verdict: 'wrong', status: 'historical', note: 'As a child.' }] },
    { kind: 'findings', decisions: [{ finding: asthma, verdict: 'right' }] },
    { kind: 'findings', decisions: [{ finding: asthma, verdict: null }] },
    { kind: 'role', speaker, fromTurn: 0, toTurn: 2, role: 'other' },
    { kind: 'words', turn: 0, begin, end: begin + 4, was: 'What', becomes: 'Which' },
    { kind: 'sign' },
    { kind: 'sign' },
    { kind: 'release' },
    { kind: 'release' },
    { kind: 'withdrawRelease' },
    { kind: 'release' },
  ];
}

test('after every change the database opens what the page shows', async () => {
  const source = await open();
  let shown = await source.open();
  for (const [n, change] of session(shown).entries()) {
    const before = shown;
    shown = await source.change(before, change, tokenOf(`${recordings} ${n}`));
    const opened = await source.open();
    expect([n, change.kind, withoutTimes(shown)]).toEqual([n, change.kind, withoutTimes(opened)]);
    if (change.kind === 'role' || change.kind === 'words') continue;
    const stamp = { at: 'a time', by: provider, id: '' };
    expect([n, change.kind, withoutTimes(apply(before, change, stamp))]).toEqual([
      n,
      change.kind,
      withoutTimes(opened),
    ]);
  }
});

test('the patient reads exactly what the dialog showed', async () => {
  const source = await open();
  const before = await source.open();
  const finding = findingOf(before, 'cough').id;
  const decisions = [{ finding, verdict: 'right', note: 'not for her' }] as const;
  const decided = await source.change(before, { kind: 'findings', decisions }, tokenOf('decides'));
  await source.change(decided, { kind: 'release' }, tokenOf('releases'));
  const read = await clinic.answer(patient, 'read_released', { recording: before.recordingId });
  expect(read).toEqual(toReleased(decided));
  expect(JSON.stringify(read)).not.toContain('not for her');
});

test('somebody else opens nothing, and a wrong revision changes nothing', async () => {
  await expect((await open(patient)).open()).rejects.toMatchObject({ fault: 'notYours' });
  const source = await open();
  const opened = await source.open();
  await expect(source.change({ ...opened, revision: 9 }, { kind: 'release' }, tokenOf('late'))).rejects.toMatchObject({
    fault: 'stale',
  });
  expect((await source.open()).recording.releasedAt).toBeNull();
});

test('results of before findings could be reviewed say that, not that somebody decided', async () => {
  const source = await open();
  const opened = await source.open();
  await clinic.db.query('update public.recordings set findings = null where recording_id = $1', [opened.recordingId]);
  await expect(source.change(opened, { kind: 'sign' }, tokenOf('old'))).rejects.toMatchObject({ fault: 'earlier' });
});

describe('a typed code has the form that the database checks', () => {
  const typed = [
    'J45.909',
    'A00',
    'R05.',
    'r05.9',
    'U07.1',
    'Z3A.12',
    'C7B',
    '00X',
    'J45.90999',
    '6809',
    '123456789',
    '0',
  ];
  const other = ['49727002', '12345', '1234567890123456789', 'x', ''];
  const systems = Object.keys(codeForms) as (keyof typeof codeForms)[];
  test.each(systems)('%s', async (system) => {
    const source = await open();
    const opened = await source.open();
    const finding = findingOf(opened, 'asthma').id;
    const { recordingId: recording } = opened;
    let { revision } = opened;
    for (const code of [...typed, ...other]) {
      const token = tokenOf(`${recording} ${system} ${code}`);
      const outcome = await clinic.call(provider, 'add_code', { recording, revision, token, finding, system, code });
      const isTaken = 'answer' in outcome;
      if (isTaken) ({ revision } = outcome.answer as { revision: number });
      expect([code, codeForms[system].test(code)]).toEqual([code, isTaken]);
    }
    expect(addCode(drawn(opened, 'asthma'), 'ICD-10-CM', ' j45.1')).toMatchObject([{ kind: 'addCode', code: 'J45.1' }]);
  });
});
