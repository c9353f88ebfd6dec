import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { realClock } from '../../local/services/clock.ts';
import { type Postgrest, startPostgrest } from '../../local/services/supabase/postgrest.ts';
import { Review } from '../../viewer/review.ts';
import { type Source, SourceFault, type Told } from '../../viewer/source.ts';
import { SupabaseSource } from '../../viewer/supabaseSource.ts';
import { documentsOf } from '../pipeline/consult.ts';
import { findingOf } from '../pipeline/reading/visit.ts';
import { Clinic, patient, provider, session, tokenOf } from './clinic.ts';

let clinic: Clinic;
let rest: Postgrest;
/** Whether a token of the user was sent in an address. */
let addresses: string[];
let failures: string[];
beforeAll(async () => {
  clinic = await Clinic.open({ hasRealtime: true });
});
afterAll(() => clinic.db.close());

let recordings = 0;
let recording: string;
let token: string;
let renew: (token: string) => void;
let told: Told[];
let source: Source & Required<Pick<Source, 'watch'>>;
let end: () => void;

beforeEach(async () => {
  [addresses, failures] = [[], []];
  rest = await startPostgrest({
    db: clinic.db,
    jwtSecret: 'a secret of the test',
    clock: realClock(),
    onRequest: (_, path) => addresses.push(path),
    onFailure: (error) => failures.push(String(error)),
  });
  recordings += 1;
  recording = `rec-arrival-${recordings}`;
  told = [];
  token = tokenFor(provider);
  source = sourceOf();
  end = () => undefined;
});
afterEach(async () => {
  end();
  await rest.close();
});

const tokenFor = (sub: string, seconds = 3600) =>
  rest.signJwt({ role: 'authenticated', sub, exp: Math.floor(Date.now() / 1000) + seconds });

function sourceOf(): typeof source {
  const apiKey = rest.signJwt({ role: 'anon' });
  return new SupabaseSource(
    { recording, url: rest.url, apiKey, api: 'https://api.example' },
    {
      fetch,
      token: () => Promise.resolve(token),
      now: () => new Date(),
      onToken: (listener) => {
        renew = listener;
        return () => undefined;
      },
    },
  );
}

const record = (status: string, more: object = {}) =>
  clinic.answer('service_role', 'record_status', {
    p: {
      recording_id: recording,
      bucket: 'recordings',
      key: `recordings/m/${recording}.mp4`,
      version_id: 'v1',
      session_id: session,
      status,
      ...more,
    },
  });

async function store(): Promise<void> {
  const options = { category: 'MEDICAL_CONDITION', type: 'DX_NAME', codes: { cough: 'R05.9' } } as const;
  const { transcript, entities, consultation } = await documentsOf(['P: I have a [cough].'], options);
  const own = { recordingId: recording };
  const documents = { transcript: { ...transcript, ...own }, entities: { ...entities, ...own } };
  expect(await clinic.store({ ...documents, consultation: { ...consultation, ...own } })).toHaveProperty('answer');
}

const statuses = () => told.map(({ standing }) => standing?.status);
const last = () => told.at(-1);
/** Each connection asks once it is joined: from the second answer on, what is heard was told. */
const watch = async () => {
  end = source.watch((one) => told.push(one));
  await expect.poll(() => told.length).toBeGreaterThan(1);
};

test('a recording that is not finished says how far it is, each time that changes, and opens when it is', async () => {
  await record('received');
  await expect(source.open()).rejects.toMatchObject({ fault: 'waiting' });
  await watch();
  for (const status of ['transcribing', 'extracting']) {
    await record(status);
    await expect.poll(() => last()?.standing?.status).toBe(status);
  }
  await store();
  await expect.poll(() => last()?.standing?.status).toBe('completed');
  expect([...new Set(statuses())]).toEqual(['received', 'transcribing', 'extracting', 'completed']);
  expect((await source.open()).recordingId).toBe(recording);
  expect(addresses.join(' ')).not.toContain(token);
});

test('a failure says why', async () => {
  await record('received');
  await watch();
  await clinic.answer('service_role', 'record_failure', {
    p: {
      recording_id: recording,
      bucket: 'recordings',
      key: `recordings/m/${recording}.mp4`,
      version_id: 'v1',
      session_id: session,
      status: 'failed',
      error_name: 'NoAudio',
      error_message: 'the file has no audio track',
    },
  });
  await expect.poll(() => last()?.standing?.error).toBe('NoAudio: the file has no audio track');
});

test('a decision in another window is said and loaded; one in this window is not', async () => {
  await store();
  const opened = await source.open();
  const review = new Review(source, opened, () => crypto.randomUUID());
  end = source.watch((one) => {
    told.push(one);
    void review.hear(one);
  });
  await expect.poll(() => told.length).toBeGreaterThan(1);
  review.move(1);
  await review.agree();
  await expect.poll(() => last()?.standing?.revision).toBe(2);
  expect(review.state.isOutdated).toBe(false);

  const finding = findingOf(opened, 'cough').id;
  const other = sourceOf();
  const decisions = [{ finding, verdict: 'wrong' }] as const;
  await other.change(await other.open(), { kind: 'findings', decisions }, tokenOf(`${recording} other`));
  await expect.poll(() => review.state.isOutdated).toBe(true);
  expect(review.finding()?.decision).toBe('by-code');
  await review.load();
  expect(review.finding()?.decision).toBe('wrong');

  await other.change(await other.open(), { kind: 'sign' }, tokenOf(`${recording} signs`));
  await expect.poll(() => review.state.isOutdated).toBe(true);
});

test('somebody else is told nothing; the patient how far it is, and never listens to the session', async () => {
  await store();
  token = tokenFor('00000000-0000-4000-8000-00000000000e');
  end = source.watch((one) => told.push(one));
  await expect.poll(() => last()?.fault).toBe('notYours');
  expect(last()?.standing).toBeNull();
  end();
  token = tokenFor(patient);
  end = source.watch((one) => told.push(one));
  await expect.poll(() => failures.join()).toContain('Unauthorized');
  await expect(source.open()).rejects.toMatchObject({ fault: 'notYours' });
});

test('a connection that is lost comes back by itself, and what was missed is told', async () => {
  await record('received');
  await watch();
  const { port } = rest;
  await rest.close();
  await record('transcribing');
  rest = await startPostgrest({ db: clinic.db, jwtSecret: 'a secret of the test', clock: realClock(), port });
  await expect.poll(() => last()?.standing?.status).toBe('transcribing');
  await record('extracting');
  await expect.poll(() => last()?.standing?.status).toBe('extracting');
});

test('a token that ended is taken up again with the next one', async () => {
  await record('received');
  token = tokenFor(provider, -120);
  end = source.watch((one) => told.push(one));
  await expect.poll(() => last()?.fault).toBe('signedOut');
  token = tokenFor(provider);
  await expect.poll(() => last()?.standing?.status).toBe('received');
  expect(last()?.fault).toBeNull();
  renew(token);
});

test('other refusals of opening stay what they are', async () => {
  await expect(source.open()).rejects.toBeInstanceOf(SourceFault);
  await expect(source.open()).rejects.toMatchObject({ fault: 'notYours' });
});
