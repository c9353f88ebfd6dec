import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { type Case, readCase } from '../../../local/cases/caseFolder.ts';
import type { VirtualClock } from '../../../local/services/clock.ts';
import type { Fault } from '../../../local/services/faults.ts';
import { awaitDrained } from '../../../local/replay/execution.ts';
import { seedSession, uuidOf } from '../../../local/replay/session.ts';
import { redeliver } from '../../../local/replay/upload.ts';
import { keys } from '../../../pipeline/recording/recording.ts';
import { formatCodeTable } from '../../../pipeline/clinical/icd10cm.ts';
import { pdf, png } from '../../pipeline/messaging/files.ts';
import { announce, put } from '../../workflow/chatFile.ts';
import { Visit } from '../../workflow/meet.ts';
import type { TestStack } from '../../workflow/testStack.ts';
import { meetingOf, partOf, sessionOf, visit, visitWithoutResult } from '../../workflow/visits.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures');

/** Where the deployment's code table is, inside the bucket of medical data. */
export const codeTableKey = 'reference/icd10cm.tsv';

/** Whatever makes a step call something that it does not call every day. By name, how each ended. */
export async function runScenarios(product: TestStack): Promise<Map<string, string>> {
  const ends = new Map<string, string>();
  const run = async (given: Case): Promise<string> => {
    const { outcome } = await product.run(given);
    ends.set(given.name, outcome.error ?? outcome.status);
    return outcome.recordingId;
  };
  // Before time has skipped: an upload is signed by the machine's own.
  ends.set('attached', await attach(product));
  await putCodeTable(product);
  await Promise.all((await bundledCases()).map(run));
  ends.set('listened-to', await listen(product, await run(visit('listened-to'))));
  ends.set('read-out', await readOut(product));
  ends.set('asked-after', await askAfter(product));
  for (const [name, end] of await call(product)) ends.set(name, end);
  ends.set('written', await chat(product));
  await capture(product, 'joined-short');
  await run(visit('joined-short'));
  await run(visit('uploaded-twice', { session: { recording: { uploads: 2 } } }));
  await run(largeVisit('large-results'));
  // The chain has moved on when the second part comes, and nobody knows where to when a run is repeated.
  await run(visit('part-1', { session: partOf('two-parts', 'part-1') }));
  await run(
    visit('part-2', { session: partOf('two-parts', 'part-2') }, ['patient: My knee hurts.', 'clinician: I see.']),
  );
  for (const [name, end] of await twoAtOnce(product)) ends.set(name, end);
  ends.set('repeated', (await product.repeat(await run(visit('repeated')))).status);
  // A re-run finds what the first run has paid for, and the next one finds that the job's output is gone.
  const rerun = await run(visit('rerun'));
  ends.set('rerun', (await product.rerun(rerun, 2)).status);
  await uploadAgainUnderWay(product, visit('rerun'), rerun);
  await deleteOutput(product, rerun);
  ends.set('rerun-without-output', (await product.rerun(rerun, 3)).status);
  for (const [name, fault] of Object.entries(passing)) {
    product.stack.faults.add(fault);
    await run(visit(name, {}, manyTurns));
  }
  await without(product, 'JobOutputCreated', () => run(visit('output-unnoticed')));
  for (const language of ['en-US', 'es-ES']) {
    const name = `job-failed-${language}`;
    const recordingId = await run({ ...visitWithoutResult(name), language });
    // An operator runs it again: the failed job still owns its name.
    const again = await product.repeat(recordingId);
    ends.set(`${name}-again`, again.error ?? again.status);
  }
  // Whichever is first fails while another waits for its place.
  await Promise.all(['fails-1', 'fails-2', 'fails-3'].map((name) => run(visitWithoutResult(name))));
  ends.set('deleted-again', await deleteBeforeTheNextRun(product, visit('deleted-again')));
  await without(product, 'RecordingCreated', () => deleteBeforeTheEvent(product, visit('deleted')));
  return ends;
}

/**
 * Both jobs begin before either ends: where the first left the chain is no longer its end after the wait. A job takes a
 * minute of the stack's time, which stands still during an upload; then a state that has to try again may.
 */
async function twoAtOnce(product: TestStack): Promise<[string, string][]> {
  const clock = product.stack.clock as VirtualClock;
  const started: [string, string][] = [];
  for (const [name, said] of Object.entries({
    'at-once-1': 'My ear hurts.',
    'at-once-2': 'My ear and my knee hurt.',
  })) {
    const session = partOf('parts-at-once', name);
    const goOn = clock.hold();
    const { recordingId } = await product.upload(visit(name, { session }, [`patient: ${said}`, 'clinician: I see.']));
    const whenQuiet = clock.sleep(10_000);
    goOn();
    await whenQuiet;
    started.push([name, recordingId]);
  }
  return Promise.all(
    started.map(async ([name, id]): Promise<[string, string]> => [name, (await product.ended(id)).status]),
  );
}

/** The cases of a deployment that calls more than it does unless somebody says so. */
export async function runMoreOperations(product: TestStack): Promise<Map<string, string>> {
  await putCodeTable(product);
  const ends = new Map<string, string>();
  for (const given of await bundledCases(true)) {
    const { outcome } = await product.run(given);
    ends.set(given.name, outcome.error ?? outcome.status);
  }
  return ends;
}

/** One visit, where there may be services that lack. */
export async function runAbroad(product: TestStack): Promise<Map<string, string>> {
  await putCodeTable(product);
  const { outcome } = await product.run(visit('abroad'));
  return new Map([['abroad', outcome.error ?? outcome.status]]);
}

/** The cases of `fixtures/`: those that name operations of their own, or the others. */
async function bundledCases(withOperations = false): Promise<Case[]> {
  const folders = readdirSync(fixtures, { withFileTypes: true, recursive: true })
    .filter(({ name }) => name === 'expected.json')
    .map(({ parentPath }) => parentPath);
  const cases = await Promise.all(folders.map(readCase));
  return cases.filter(({ session }) => (session?.operations !== undefined) === withOperations);
}

const comprehend = 'ComprehendMedical_20181030';

/** A text that is long enough to be cut. */
const manyTurns = Array.from({ length: 40 }, (_, n) =>
  n % 2 === 0 ? `patient: I have had a cough for ${n + 1} days now, and a fever.` : 'clinician: I see. What else?',
);

/** Failures that pass. The SDK itself calls three times: a fourth failure reaches the state's Retry or the queue. */
const passing: Readonly<Record<string, Fault>> = {
  'cut-again': {
    target: comprehend,
    operation: 'DetectEntitiesV2',
    error: 'TextSizeLimitExceededException',
    times: 1,
  },
  throttled: { target: comprehend, operation: 'InferRxNorm', error: 'ThrottlingException', times: 4 },
  'started-late': {
    target: 'AWSStepFunctions',
    operation: 'StartExecution',
    error: 'ServiceUnavailable',
    status: 503,
    times: 4,
  },
  'woken-late': {
    target: 'AWSStepFunctions',
    operation: 'SendTaskSuccess',
    error: 'ServiceUnavailable',
    status: 503,
    times: 15,
  },
  'audited-late': {
    target: 'DynamoDB_20120810',
    operation: 'TransactWriteItems',
    error: 'ServiceUnavailable',
    status: 503,
    times: 4,
  },
  // Another recording of the meeting was first: the head of the chain is read then.
  raced: {
    target: 'DynamoDB_20120810',
    operation: 'TransactWriteItems',
    error: 'TransactionCanceledException',
    times: 1,
    when: (input) => JSON.stringify(input).includes('ENTITIES_EXTRACTED'),
  },
};

/** Time skips on the stack and not in functions: the token outlives both. */
function headersOf({ stack }: TestStack, name: string): Record<string, string> {
  const seconds = Math.floor(Date.now() / 1000);
  const times = { iat: seconds - 60, exp: seconds + 30 * 86_400 };
  const token = stack.signJwt({ role: 'authenticated', sub: uuidOf(name, 'provider'), ...times });
  return { authorization: `Bearer ${token}` };
}

/** A text is spoken, and then it is there; the link is followed. */
async function readOut(product: TestStack): Promise<string> {
  const body = JSON.stringify({ text: 'Take one tablet in the morning.', language: 'en-GB' });
  const ask = () =>
    fetch(`${product.stack.env['API_URL']}/speech`, {
      method: 'POST',
      headers: headersOf(product, 'listened-to'),
      body,
    });
  await ask();
  const response = await ask();
  const { url } = (await response.json()) as { url: string };
  await (await fetch(url)).arrayBuffer();
  return String(response.status);
}

/** Somebody with a token asks how the service is. */
async function askAfter(product: TestStack): Promise<string> {
  const headers = headersOf(product, 'listened-to');
  return String((await fetch(`${product.stack.env['API_URL']}/health`, { headers })).status);
}

/** Its provider asks for the link, and follows it. */
async function listen(product: TestStack, recordingId: string): Promise<string> {
  const { stack } = product;
  const headers = headersOf(product, 'listened-to');
  const response = await fetch(`${stack.env['API_URL']}/recordings/${recordingId}/link`, { headers });
  const { url } = (await response.json()) as { url: string };
  await (await fetch(url)).arrayBuffer();
  return String(response.status);
}

/** Two calls: one in which everything is asked for, and one that only the database has ended, so that the sweep does. */
async function call(product: TestStack): Promise<[string, string][]> {
  const met = await Visit.arrange(product, 'met');
  const { meetingId } = await met.meet();
  const goOn = met.hold();
  const userId = met.id('other');
  await met.ask('provider', { action: 'create', appointmentId: met.appointment });
  await met.ask('provider', { action: 'admit', meetingId, userId: met.id('patient') });
  await met.ask('provider', { action: 'batch-join', meetingId, userIds: [userId] });
  await met.ask('provider', { action: 'remove', meetingId, userId });
  await met.ask('provider', { action: 'end', meetingId });
  goOn();
  const open = await Visit.arrange(product, 'left-open');
  await open.meet();
  await open.untilSwept();
  const at = new Date().toISOString();
  const p = { sessionId: (await open.session())?.['id'], endedBy: open.id('provider'), at };
  await product.deployment.supabase.rpc('close_session', { p });
  await open.untilSwept();
  const ends = await Promise.all([met, open].map((one) => one.session()));
  return ends.map((row, n) => [n === 0 ? 'met' : 'left-open', String(row?.['status'])]);
}

/** Everything that a chat asks of Chime, by its door and then by its schedule. */
async function chat(product: TestStack): Promise<string> {
  const visit = await Visit.arrange(product, 'written');
  const ask = <Answer>(body: object) => visit.ask<Answer>('provider', body, '/messaging');
  const create = { action: 'createChannel', appointmentId: visit.appointment };
  const { channel } = await ask<{ channel: { channelId: string } }>(create);
  const { channelId } = channel;
  const userId = visit.id('other');
  const write = async () => {
    const sent = { action: 'sendMessage', channelId, message: 'Hello' };
    const [edited, redacted] = await Promise.all(
      [sent, sent].map((body) => ask<{ message: { messageId: string } }>(body)),
    );
    await ask({ action: 'editMessage', channelId, messageId: edited?.message.messageId, message: 'Hello again' });
    await ask({ action: 'redactMessage', channelId, messageId: redacted?.message.messageId });
    await ask({ action: 'addMember', channelId, userId });
    await ask({ action: 'removeMember', channelId, userId });
  };
  await write();
  // While Chime is away for the door, all of it is left to the schedule.
  const when = (_: string, caller: string) => caller === 'messaging';
  product.stack.faults.addOutage({ target: 'chime', until: product.stack.clock.now() + 60_000, when });
  await write();
  const other = await Visit.arrange(product, 'written-late');
  const late = { action: 'createChannel', appointmentId: other.appointment };
  await other.request('provider', late, '/messaging');
  const listed = await other.ask<{ channels: { channelId: string }[] }>(
    'provider',
    { action: 'listChannels' },
    '/messaging',
  );
  const first = { action: 'sendMessage', channelId: listed.channels[0]?.channelId, message: 'Hello' };
  await other.ask('patient', first, '/messaging');
  product.stack.faults.clear();
  await product.sql(`
    update public.chime_messages set changed_at = changed_at - interval '1 minute';
    update public.chime_channel_members set unsettled_at = now() - interval '1 minute'`);
  await product.stack.clock.sleep(61_000);
  await ask({ action: 'deleteChannel', channelId });
  const waiting = `select count(*) from public.chime_messages where state <> 'confirmed'`;
  return `${String((await product.sql(waiting))[0]?.[0])} wait`;
}

/** Files by each way: an event tells of them, or the schedule finds them; some are no file of their type, or gone again. */
async function attach(product: TestStack): Promise<string> {
  const { stack } = product;
  const visit = await Visit.arrange(product, 'attached');
  const ask = <Answer>(body: object) => visit.ask<Answer>('provider', body, '/messaging');
  const create = { action: 'createChannel', appointmentId: visit.appointment };
  const { channelId } = (await ask<{ channel: { channelId: string } }>(create)).channel;
  const send = async (bytes: Uint8Array<ArrayBuffer>) => {
    const announced = await announce(visit, 'provider', { channelId, bytes });
    await put(announced, bytes);
    return announced;
  };
  const { messageId } = await send(pdf());
  await send(png());
  await stack.clock.sleep(5_000);
  const { url } = await ask<{ url: string }>({ action: 'attachmentLink', channelId, messageId });
  await (await fetch(url)).arrayBuffer();
  await without(product, 'AttachmentCreated', async () => {
    await send(pdf());
    await send(png());
    await announce(visit, 'provider', { channelId, bytes: pdf() });
    const gone = await send(pdf());
    const Bucket = stack.deployment.buckets.find(({ id }) => id === 'AttachmentsBucket')?.name;
    const Key = `attachments/${channelId}/${gone.messageId}.pdf`;
    const { s3 } = product.deployment.clients;
    const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    const queue = stack.deployment.queues.find(({ id }) => id === 'AttachmentEvents')?.arn ?? '';
    const object = { key: Key, 'version-id': VersionId };
    stack.send(
      queue,
      JSON.stringify({ 'detail-type': 'Object Created', detail: { bucket: { name: Bucket }, object } }),
    );
    await stack.clock.sleep(5_000);
  });
  await product.sql(`update public.chime_attachments set created_at = created_at - interval '1 hour'`);
  await stack.clock.sleep(61_000);
  const states = await product.sql(`select state, count(*) from public.chime_attachments group by 1 order by 1`);
  return states.map((row) => row.join(' ')).join(', ');
}

/** The meeting of a visit was captured for an hour: the file of its chunks will be much too short. */
async function capture(product: TestStack, name: string): Promise<void> {
  await seedSession(product.deployment.supabase, visit(name));
  const [meeting, session] = [meetingOf(name), sessionOf(name)];
  await product.sql(`
    insert into public.call_meetings (meeting_id, session_id, attempt, control_region, data, created_at, seen_at, ended_at)
      values ('${meeting}', '${session}', 1, 'eu-central-1', '{}', now(), now(), now());
    insert into public.call_captures (meeting_id, session_id, attempt, expected_ms, state, since, is_settled, version)
      values ('${meeting}', '${session}', 1, 3600000, 'joining', now(), true, 1)`);
}

/** The event of a rule is lost while something happens. */
async function without<T>(product: TestStack, rule: string, happens: () => Promise<T>): Promise<void> {
  await product.switchRule(rule, 'DISABLED');
  await happens();
  await product.switchRule(rule, 'ENABLED');
}

async function deleteBeforeTheEvent(product: TestStack, given: Case): Promise<void> {
  const uploaded = await product.upload(given);
  const { bucket: Bucket, key: Key, versionId: VersionId } = uploaded;
  await product.deployment.clients.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  await redeliver(product.deployment, uploaded);
  await awaitDrained(product.deployment);
}

/** Versions outlive the deletion: the recording is still inspected, but no job could read it. */
async function deleteBeforeTheNextRun(product: TestStack, given: Case): Promise<string> {
  const { bucket: Bucket, key: Key, recordingId } = await product.upload(given);
  await product.ended(recordingId);
  await product.deployment.clients.s3.send(new DeleteObjectCommand({ Bucket, Key }));
  const again = await product.repeat(recordingId);
  return again.error ?? again.status;
}

/** The row of an execution that was stopped says for ever that it is under way: whoever uploads again finds out. */
async function uploadAgainUnderWay(product: TestStack, given: Case, recordingId: string): Promise<void> {
  const runs = product.deployment.supabase.from('recordings').update({ status: 'transcribing' });
  await runs.like('recording_id', `${recordingId}%`);
  await product.upload(given);
  await awaitDrained(product.deployment);
}

async function deleteOutput({ deployment }: TestStack, recordingId: string): Promise<void> {
  const { transcriptsBucket: Bucket } = deployment.target;
  await deployment.clients.s3.send(new DeleteObjectCommand({ Bucket, Key: keys.job(recordingId) }));
}

async function putCodeTable({ deployment }: TestStack): Promise<void> {
  const asthma = { code: 'J45.909', billable: true, description: 'Unspecified asthma, uncomplicated' };
  const Body = formatCodeTable('FY2026', [asthma]);
  const Bucket = deployment.target.medicalDataBucket;
  await deployment.clients.s3.send(new PutObjectCommand({ Bucket, Key: codeTableKey, Body }));
}

/** Results of more than the five megabytes that S3 is sent at once. */
function largeVisit(name: string): Case {
  const text = 'I take aspirin for my asthma.\nI see.';
  const long = (word: string) => `${word} `.repeat(3_000_000 / (word.length + 1));
  const entity = (Text: string, more: object) => ({
    Id: 0,
    BeginOffset: text.indexOf(Text),
    EndOffset: text.indexOf(Text) + Text.length,
    Score: 0.99,
    Text,
    Traits: [],
    Attributes: [],
    ...more,
  });
  const answer = (operation: string, Entities: object[]) => ({
    operation,
    text,
    response: { Entities, ModelVersion: '1.0.0' },
  });
  const answers = [
    answer('DetectEntitiesV2', []),
    answer('InferICD10CM', [
      entity('asthma', {
        Category: 'MEDICAL_CONDITION',
        Type: 'DX_NAME',
        ICD10CMConcepts: [{ Code: 'J45.909', Description: long('asthma'), Score: 0.9 }],
      }),
    ]),
    answer('InferRxNorm', [
      entity('aspirin', {
        Category: 'MEDICATION',
        Type: 'GENERIC_NAME',
        RxNormConcepts: [{ Code: '1191', Description: long('aspirin'), Score: 0.9 }],
      }),
    ]),
  ];
  return visit(name, { answers }, ['patient: I take aspirin for my asthma.', 'clinician: I see.']);
}
