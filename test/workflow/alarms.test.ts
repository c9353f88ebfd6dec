import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRunbook } from '../../infra/runbook.ts';
import { readService, resourcesOf } from '../../infra/service.ts';
import { executionArn } from '../../local/replay/execution.ts';
import type { VirtualClock } from '../../local/services/clock.ts';
import { type Command, commandsOf, runOf } from '../house/commands.ts';
import { root } from '../house/sources.ts';
import { pdf } from '../pipeline/messaging/files.ts';
import { announce } from './chatFile.ts';
import { Visit } from './meet.ts';
import { RecordedVisit } from './recordedVisit.ts';
import { hasBash, type Shown, Terminal } from './terminal.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, sessionOf, visit } from './visits.ts';

const minute = 60_000;
const hour = 60 * minute;

let product: TestStack;
let terminal: Terminal;
const now = () => product.stack.clock.now();
const stay = (ms: number) => product.stack.clock.sleep(ms);
const arnOf = (queue: string) => product.stack.deployment.queues.find(({ id }) => id === queue)?.arn ?? '';
/** Events that EventBridge could not put anywhere. */
let undelivered = 0;
/** The line of the log with which the hour begins that an alarm looks at, once one has been let pass. */
let hourBegan = Number.POSITIVE_INFINITY;
/** What the HTTP API has logged, and when. */
const accessed: { at: number; status: number; latency: number; route: string }[] = [];

/** A service that is away for one caller. */
function away(target: string, caller: string, hours: number): void {
  const when = (_: string, accessKeyId: string) => accessKeyId === caller;
  product.stack.faults.addOutage({ target, until: now() + hours * hour, when });
}

/** What EventBridge cannot put into a queue while something is done, and what that answers. */
async function withoutDelivery<T>(queue: string, work: () => Promise<T>): Promise<[answer: T, lost: string[]]> {
  const lost: string[] = [];
  product.stack.faults.disturber = {
    call: () => undefined,
    outcome() {},
    invocation: () => undefined,
    event(arn, body) {
      if (arn !== arnOf(queue)) return [0];
      lost.push(body);
      return [];
    },
  };
  const answer = await work();
  await expect.poll(() => lost.length).toBeGreaterThan(0);
  product.stack.faults.disturber = undefined;
  return [answer, lost];
}

/** EventBridge gives up after a day, and puts the event into the dead-letter queue. */
async function givenUp<T>(queue: string, work: () => Promise<T>): Promise<T> {
  const [answer, lost] = await withoutDelivery(queue, work);
  await stay(24 * hour);
  for (const body of lost) product.stack.send(arnOf(`${queue}Dead`), body);
  return answer;
}

const writes = (what: string) => what.includes('SendChannelMessage');

/** A message whose sender has her answer. */
async function written(name: string): Promise<void> {
  const visit = await Visit.arrange(product, name);
  const create = { action: 'createChannel', appointmentId: visit.appointment };
  const { channel } = await visit.ask<{ channel: { channelId: string } }>('provider', create, '/messaging');
  const { channelId } = channel;
  await visit.ask('patient', { action: 'sendMessage', channelId, message: 'Hello' }, '/messaging');
}

/** A file whose sender was told where to put it, and has. The time of the stack is no upload's: it is put by hand. */
async function attached(name: string): Promise<string> {
  const visit = await Visit.arrange(product, name);
  const create = { action: 'createChannel', appointmentId: visit.appointment };
  const { channel } = await visit.ask<{ channel: { channelId: string } }>('provider', create, '/messaging');
  const { channelId } = channel;
  const { messageId } = await announce(visit, 'patient', { channelId, bytes: pdf() });
  const Bucket = product.stack.deployment.buckets.find(({ id }) => id === 'AttachmentsBucket')?.name;
  const Key = `attachments/${channelId}/${messageId}.pdf`;
  const put = new PutObjectCommand({ Bucket, Key, Body: pdf(), ChecksumAlgorithm: 'SHA256' });
  await product.deployment.clients.s3.send(put);
  return messageId;
}

/** How far the files of that name's visit have come. */
async function statesOf(name: string): Promise<unknown[]> {
  const of = `select f.state from public.chime_attachments f join public.chime_messaging_channels c on c.id = f.channel_id
    where c.appointment_id = '${new Visit(product, name).appointment}'`;
  return (await product.sql(of)).flat();
}

interface Measured {
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: unknown }[];
}

interface Alarm {
  Namespace?: string;
  MetricName?: string;
  Threshold: number | string;
  Metrics?: { Id: string; MetricStat?: { Metric: Measured } }[];
  Dimensions?: { Value: { 'Fn::GetAtt'?: [queue: string] } }[];
}

const resources = resourcesOf(readService(root));
const alarmOf = (id: string) => resources[id]?.Properties as unknown as Alarm;

/** What CloudWatch would measure for each metric that an alarm watches, from the stack's own state. */
const gauges: Readonly<Record<string, (id: string, alarm: Alarm) => Promise<number> | number>> = {
  'AWS/States': async (id) => {
    const status = { ExecutionsFailed: 'FAILED', ExecutionsTimedOut: 'TIMED_OUT', ExecutionsAborted: 'ABORTED' }[id];
    const all = await Promise.all((await product.executions()).map((name) => product.status(name)));
    return all.filter((one) => one === status).length;
  },
  'MedZen/Consultations': (id, { MetricName, Metrics = [] }) => {
    if (id === 'JoinsFailing') {
      const timesOf = (name: string) =>
        product.log.slice(hourBegan).filter((line) => line.includes(`"${name}":`)).length;
      const [failed, asked] = [timesOf('JoinsFailed'), timesOf('JoinsFailed') + timesOf('JoinMs')];
      return asked >= 20 && failed > 1 ? (100 * failed) / asked : 0;
    }
    const parts = Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
    const watched = MetricName === undefined ? parts : [{ MetricName, Dimensions: [] }];
    const measured = product.log
      .filter((line) => line.includes('"_aws"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    return watched.reduce((sum, { MetricName: name, Dimensions }) => {
      const fitting = measured.filter((line) => Dimensions.every(({ Name, Value }) => line[Name] === Value));
      return sum + fitting.reduce((of, line) => of + Number(line[name] ?? 0), 0);
    }, 0);
  },
  'AWS/SQS': (_, { MetricName, Dimensions }) => {
    const arn = arnOf(Dimensions?.[0]?.Value['Fn::GetAtt']?.[0] ?? '');
    return MetricName === 'ApproximateAgeOfOldestMessage'
      ? product.stack.age(arn) / 1000
      : product.stack.bodies(arn).length;
  },
  'AWS/Lambda': (id) => {
    // Only one that is short of executions answers for a function that was not called.
    if (id === 'ApiFunctionsThrottled') return accessed.filter(({ status }) => status === 503).length;
    const name = id.replace(/^\w/, (first) => first.toLowerCase()).replace(/Errors$/, '');
    const errors = product.log.filter((line) => line.includes(`"step":"${name}"`) && line.includes('"level":"ERROR"'));
    return (100 * errors.length) / Math.max(1, product.stack.lambda.usage().functions[name]?.invocations ?? 0);
  },
  'AWS/DynamoDB': () => product.log.filter((line) => /"errorName":"Throttled".*DynamoDB/.test(line)).length,
  'AWS/Events': () => undelivered,
  // Of the last quarter of an hour: the alarms look no further back.
  'AWS/ApiGateway': (_, { MetricName, Metrics }) => {
    const lately = accessed.filter(({ at }) => at > now() - 15 * minute);
    if (MetricName === 'Latency') return Math.max(0, ...lately.map(({ latency }) => latency));
    if (MetricName === '5xx') return lately.filter(({ status }) => status >= 500).length;
    const refused = lately.filter(({ status }) => status >= 400 && status < 500).length;
    return Metrics && lately.length >= 20 ? (100 * refused) / lately.length : 0;
  },
  'MedZen/Api/${sls:stage}': () => accessed.filter(({ status }) => status === 429).length,
};

async function measure(id: string): Promise<number> {
  const alarm = alarmOf(id);
  const namespace =
    alarm.Namespace ?? alarm.Metrics?.find(({ MetricStat }) => MetricStat)?.MetricStat?.Metric.Namespace;
  return (await gauges[namespace ?? '']?.(id, alarm)) ?? Number.NaN;
}

/** A failure that is brought about, and how it ends once the runbook was followed. */
interface Play {
  /** The alarm of the template that rings. */
  alarm: string;
  /** The failure; answers the run that it is about. */
  bring: (name: string) => Promise<string>;
  /** What is run after the section's own commands: those of a procedure, or one that the section names in its text. */
  procedure?: readonly (string | readonly [section: string, command: RegExp])[];
  /** What the section's commands show. */
  shows?: RegExp;
  ends: (id: string, name: string) => Promise<unknown>;
}

const completed = async (id: string) => {
  await product.ended(id);
  expect(await product.recording(id)).toMatchObject({ status: 'completed', error_name: null });
};
/** In the session, in the row and in the audit trail. */
const visiblyFailed = async (id: string, name: string, error: string) => {
  expect(await product.recording(id)).toMatchObject({ status: 'failed', error_name: error });
  const [session] = await product.rows('video_call_sessions', 'id', sessionOf(name));
  expect(session?.['error_message']).toMatch(new RegExp(`^${error}: `));
  expect((await product.audit(meetingOf(name))).map(({ action }) => action)).toContain('RECORDING_FAILED');
};
/** Two people meet in a call, and leave it. */
const visited = async (name: string) => {
  const call = await Visit.arrange(product, name);
  const { devices } = await call.meet();
  return {
    async leave() {
      for (const device of devices) device.leave();
      return '';
    },
  };
};
/** The kinds of events that the database has of a call's meeting. */
const toldOf = async (name: string) => {
  const id = String((await new Visit(product, name).session())?.['meeting_id']);
  return (await product.sql(`select kind from public.call_events where meeting_id = '${id}'`)).flat();
};
/** A call that Chime records. */
const recorded = async (name: string) => {
  const call = await RecordedVisit.begin(product, name);
  await call.comes('running');
  return call;
};
/** Lets sweeps come until one of them has found what an alarm is about. */
const sweepMeasures = async (alarm: string) => {
  const before = await measure(alarm);
  const found = async () => {
    await stay(5 * minute);
    return measure(alarm);
  };
  await expect.poll(found).toBeGreaterThan(before);
};
/** Somebody asks the HTTP API, so many times at once. */
const askApi = async (times: number, path: string, init: RequestInit = {}) => {
  const url = `${product.stack.env['API_URL']}${path}`;
  const one = async () => (await fetch(url, init)).arrayBuffer();
  await Promise.all(Array.from({ length: times }, one));
  return '';
};
/** A service whose answers take longer, of real time. */
const slows = (target: string, pattern: RegExp, ms: number) => {
  product.stack.faults.disturber = {
    call: (call) =>
      call.target === target && pattern.test(call.operation) ? { when: 'before', kind: 'slow', ms } : undefined,
    outcome() {},
    invocation: () => undefined,
    event: () => [0],
  };
};
const uploaded = async (name: string) => (await product.upload(visit(name))).recordingId;
const moveBack = (queue: string): readonly string[] => [`npm run redrive -- $(basename $(url ${queue})) --move`];

const plays: Readonly<Record<string, Play | { not: string }>> = {
  FunctionErrors: {
    alarm: 'StoreResultsErrors',
    async bring(name) {
      away('s3', 'storeResults', 0.25);
      const { outcome } = await product.run(visit(name));
      return outcome.recordingId;
    },
    shows: /storeResults\tServiceUnavailable/,
    ends: completed,
  },
  ExecutionsFailed: {
    alarm: 'ExecutionsFailed',
    async bring(name) {
      const always = { error: 'Runtime.ExitError', times: Number.POSITIVE_INFINITY };
      product.stack.faults.add({ target: 'Lambda', operation: 'normalizeTranscript', ...always });
      const { outcome } = await product.run(visit(name));
      product.stack.faults.clear();
      await visiblyFailed(outcome.recordingId, name, 'Runtime.ExitError');
      return outcome.recordingId;
    },
    procedure: [['Run a recording again', /^npm run reprocess -- \$ID$/]],
    shows: /would be run again as rec-\w+-r2/,
    ends: (id) => completed(`${id}-r2`),
  },
  ExecutionsTimedOut: {
    alarm: 'ExecutionsTimedOut',
    async bring(name) {
      // Refused before it begins: 600 real attempts would take as many seconds.
      const busy = { error: 'Lambda.TooManyRequestsException', times: Number.POSITIVE_INFINITY };
      product.stack.faults.add({ target: 'Lambda', operation: 'startTranscription', ...busy });
      const { outcome } = await product.run(visit(name));
      product.stack.faults.clear();
      expect(outcome.status).not.toBe('completed');
      return outcome.recordingId;
    },
    shows: /ExecutionTimedOut/,
    ends: completed,
  },
  ExecutionsAborted: {
    alarm: 'ExecutionsAborted',
    async bring(name) {
      const release = (product.stack.clock as VirtualClock).hold();
      const id = await uploaded(name);
      await expect.poll(() => product.recording(id)).toBeDefined();
      const stop = { executionArn: executionArn(product.deployment, id) };
      await product.deployment.clients.sfn.send(new StopExecutionCommand(stop));
      release();
      await stay(hour);
      return id;
    },
    procedure: ['npm run reconcile -- --mend'],
    shows: /rec-[0-9a-f]{32}/,
    ends: (id, name) => visiblyFailed(id, name, 'States.Timeout'),
  },
  FailureNotRecorded: {
    alarm: 'FailureNotRecorded',
    async bring(name) {
      const once = { error: 'TypeError', times: 1 };
      product.stack.faults.add({ target: 'Lambda', operation: 'normalizeTranscript', ...once });
      const when = (what: string) => what.endsWith('/rpc/record_failure');
      product.stack.faults.addOutage({ target: 'supabase', until: now() + hour, when });
      const { outcome } = await product.run(visit(name));
      return outcome.recordingId;
    },
    shows: /ServiceUnavailable/,
    ends: (id, name) => visiblyFailed(id, name, 'TypeError'),
  },
  RecordingsStuck: {
    alarm: 'RecordingsStuck',
    async bring(name) {
      await product.switchRule('JobOutputCreated', 'DISABLED');
      const { outcome } = await product.run(visit(name));
      await product.switchRule('JobOutputCreated', 'ENABLED');
      return outcome.recordingId;
    },
    ends: completed,
  },
  RecordingEventsOld: {
    alarm: 'RecordingEventsOld',
    async bring(name) {
      away('AWSStepFunctions', 'startWorkflow', 100);
      const id = await uploaded(name);
      await stay(20 * minute);
      return id;
    },
    shows: /message failed\tServiceUnavailable/,
    ends: completed,
  },
  JobEventsOld: {
    alarm: 'JobEventsOld',
    async bring(name) {
      away('AWSStepFunctions', 'resumeWorkflow', 100);
      const id = await uploaded(name);
      await expect.poll(() => product.stack.bodies(arnOf('JobEvents')).length).toBeGreaterThan(0);
      await stay(20 * minute);
      return id;
    },
    shows: /message failed\tServiceUnavailable/,
    ends: completed,
  },
  RecordingEventsDeadFilled: {
    alarm: 'RecordingEventsDeadFilled',
    async bring(name) {
      return givenUp('RecordingEvents', () => uploaded(name));
    },
    procedure: moveBack('RecordingEventsDead'),
    shows: /1 of 1 message moved/,
    ends: completed,
  },
  EventsUndelivered: {
    alarm: 'RecordingEventsUndelivered',
    async bring(name) {
      const [id, lost] = await withoutDelivery('RecordingEvents', () => uploaded(name));
      undelivered += lost.length;
      return id;
    },
    procedure: ['deliver "recordings/$MEETING/audio/$FILE"'],
    ends: completed,
  },
  JobEventsDeadFilled: {
    alarm: 'JobEventsDeadFilled',
    async bring(name) {
      return givenUp('JobEvents', () => uploaded(name));
    },
    procedure: moveBack('JobEventsDead'),
    shows: /messages? moved/,
    async ends(id) {
      await completed(id);
      expect(product.stack.bodies(arnOf('JobEventsDead'))).toEqual([]);
    },
  },
  MeetingEventsOld: {
    alarm: 'MeetingEventsOld',
    async bring(name) {
      const when = (what: string) => what.endsWith('/rpc/record_presence');
      product.stack.faults.addOutage({ target: 'supabase', until: now() + 100 * hour, when });
      await (await visited(name)).leave();
      await stay(20 * minute);
      return '';
    },
    shows: /message failed\tServiceUnavailable/,
    async ends(_, name) {
      await expect.poll(() => product.stack.bodies(arnOf('MeetingEvents'))).toEqual([]);
      expect(await toldOf(name)).toContain('joined');
    },
  },
  MeetingEventsDeadFilled: {
    alarm: 'MeetingEventsDeadFilled',
    bring: (name) => givenUp('MeetingEvents', async () => (await visited(name)).leave()),
    procedure: moveBack('MeetingEventsDead'),
    shows: /messages moved/,
    async ends(_, name) {
      expect(product.stack.bodies(arnOf('MeetingEventsDead'))).toEqual([]);
      await expect.poll(() => product.stack.bodies(arnOf('MeetingEvents'))).toEqual([]);
      expect(await toldOf(name)).toContain('joined');
    },
  },
  AttachmentEventsOld: {
    alarm: 'AttachmentEventsOld',
    async bring(name) {
      const when = (what: string) => what.endsWith('/rpc/attachment');
      product.stack.faults.addOutage({ target: 'supabase', until: now() + 100 * hour, when });
      await attached(name);
      await stay(20 * minute);
      return '';
    },
    shows: /message failed\tServiceUnavailable/,
    async ends(_, name) {
      await expect.poll(() => product.stack.bodies(arnOf('AttachmentEvents'))).toEqual([]);
      expect(await statesOf(name)).toEqual(['ready']);
    },
  },
  AttachmentEventsDeadFilled: {
    alarm: 'AttachmentEventsDeadFilled',
    bring: (name) => givenUp('AttachmentEvents', () => attached(name)),
    procedure: moveBack('AttachmentEventsDead'),
    shows: /messages? moved/,
    async ends(_, name) {
      expect(product.stack.bodies(arnOf('AttachmentEventsDead'))).toEqual([]);
      await expect.poll(() => product.stack.bodies(arnOf('AttachmentEvents'))).toEqual([]);
      expect(await statesOf(name)).toEqual(['ready']);
    },
  },
  MeetingsFailing: {
    alarm: 'MeetingsFailing',
    async bring(name) {
      const away = { error: 'ServiceUnavailable', status: 503, times: Number.POSITIVE_INFINITY };
      product.stack.faults.add({ target: 'chime', operation: 'CreateMeeting', ...away });
      const call = await Visit.arrange(product, name);
      const create = { action: 'create', appointmentId: call.appointment };
      for (let n = 0; n < 6; n += 1) expect((await call.request('provider', create)).status).toBe(503);
      return '';
    },
    shows: /ChimeUnavailable/,
    async ends(_, name) {
      expect((await new Visit(product, name).meet()).devices).toHaveLength(2);
    },
  },
  MessagesLate: {
    alarm: 'MessagesLate',
    async bring(name) {
      product.stack.faults.addOutage({ target: 'chime', until: now() + 100 * hour, when: writes });
      await written(name);
      await product.sql(`update public.chime_messages set changed_at = changed_at - interval '11 minutes'`);
      await stay(2 * minute);
      return '';
    },
    shows: /ChimeUnavailable/,
    async ends() {
      // The database's clock does not skip.
      await product.sql(`
        update public.chime_messages set changed_at = changed_at - interval '1 minute', tried_at = tried_at - interval '1 minute'`);
      await stay(2 * minute);
      const left = `select count(*) from public.chime_messages where state in ('accepted', 'sent')`;
      expect(Number((await product.sql(left))[0]?.[0])).toBe(0);
    },
  },
  MessagesFailed: {
    alarm: 'MessagesFailed',
    async bring(name) {
      const before = await measure('MessagesFailed');
      product.stack.faults.addOutage({ target: 'chime', until: now() + 100 * hour, when: writes });
      await written(name);
      await product.sql(`update public.chime_messages set changed_at = changed_at - interval '25 hours'`);
      await stay(2 * minute);
      // Everything else that waits is tried in vain first.
      await expect.poll(() => measure('MessagesFailed')).toBeGreaterThan(before);
      return '';
    },
    shows: /failed|chime/,
    async ends() {
      await product.sql(
        `update public.chime_messages set changed_at = now() - interval '1 minute' where state = 'accepted'`,
      );
      await stay(2 * minute);
      const given = `select count(*) from public.chime_messages where state <> 'confirmed'`;
      expect(Number((await product.sql(given))[0]?.[0])).toBe(0);
    },
  },
  CallsNotSwept: {
    alarm: 'CallsNotSwept',
    async bring(name) {
      await product.sql(`
        insert into public.video_call_sessions (id, status, created_by, call_touched_at)
        select gen_random_uuid(), 'active', null, now() - interval '1 day' from generate_series(1, 21)`);
      // A visit that goes on: the schedule has something to look at.
      const call = await Visit.arrange(product, name);
      const { meetingId } = await call.meet();
      await call.untilSwept();
      await call.ask('provider', { action: 'end', meetingId });
      return '';
    },
    async ends() {
      const left = `select count(*) from public.video_call_sessions where error_message = 'MeetingNotCreated'`;
      expect(Number((await product.sql(left))[0]?.[0])).toBeGreaterThanOrEqual(21);
    },
  },
  CapturesOld: {
    alarm: 'CapturesOld',
    async bring(name) {
      const call = await recorded(name);
      const away = { error: 'ServiceUnavailable', status: 503, times: Number.POSITIVE_INFINITY };
      product.stack.faults.add({ target: 'chime', operation: 'DeleteMediaCapturePipeline', ...away });
      await call.ages('started_at', '1 day');
      await sweepMeasures('CapturesOld');
      product.stack.faults.clear();
      await call.end();
      return call.meetingId;
    },
    shows: /ChimeUnavailable/,
    ends: async (_, name) => (await RecordedVisit.of(product, name)).comes('joined'),
  },
  CapturesOrphaned: {
    alarm: 'CapturesOrphaned',
    async bring(name) {
      const call = await recorded(name);
      // Whoever began it could not write that down.
      await call.forget();
      await sweepMeasures('CapturesOrphaned');
      await call.end();
      return call.meetingId;
    },
    shows: /a capture that no recording knew/,
    async ends(_, name) {
      const { meetingId } = await RecordedVisit.of(product, name);
      const captures = product.stack.chime.pipelines.all().filter((one) => one.kind === 'capture');
      const own = captures.filter((one) => one.meetingId === meetingId);
      expect(own.map(({ endedAt }) => endedAt !== undefined)).toEqual([true]);
    },
  },
  ConsentMissing: {
    alarm: 'ConsentMissing',
    async bring(name) {
      const call = await recorded(name);
      await call.letHear('other');
      await sweepMeasures('ConsentMissing');
      await call.end();
      return call.meetingId;
    },
    async ends(_, name) {
      expect((await RecordedVisit.of(product, name)).capabilitiesOf('other')).toMatchObject({ Audio: 'Receive' });
    },
  },
  JoiningsStuck: {
    alarm: 'JoiningsStuck',
    async bring(name) {
      const call = await recorded(name);
      product.stack.chime.pipelines.spoil({ name: 'neverEnds', meetingId: call.meetingId });
      await call.end();
      await call.comes('joining');
      await call.ages('since', '2 hours');
      await sweepMeasures('JoiningsStuck');
      return call.meetingId;
    },
    ends: async (_, name) => (await RecordedVisit.of(product, name)).comes('joined'),
  },
  RecordingsLost: {
    alarm: 'RecordingsLost',
    async bring(name) {
      const full = { error: 'ResourceLimitExceededException', times: Number.POSITIVE_INFINITY };
      product.stack.faults.add({ target: 'chime', operation: 'CreateMediaCapturePipeline', ...full });
      const call = await RecordedVisit.begin(product, name);
      await call.comes('refused');
      await call.end();
      return call.meetingId;
    },
    shows: /QuotaFull[\s\S]*refused/,
    ends: async (_, name) => (await recorded(`${name}-next`)).end(),
  },
  AuditEntryModified: {
    alarm: 'AuditEntryModified',
    async bring(name) {
      const { outcome } = await product.run(visit(name));
      const before = await measure('AuditEntryModified');
      const [entry] = await product.audit(meetingOf(name));
      const Item = marshall({ ...entry, actor: 'somebody else' }, { removeUndefinedValues: true });
      const { auditTable } = product.deployment.target;
      await product.deployment.clients.dynamodb.send(new PutItemCommand({ TableName: auditTable, Item }));
      await expect.poll(() => measure('AuditEntryModified')).toBeGreaterThan(before);
      return outcome.recordingId;
    },
    shows: /is BROKEN/,
    ends: async (_, name) => expect((await product.chain(meetingOf(name))).faults).not.toEqual([]),
  },
  AuditNotCarried: {
    not: 'the database tells the machine’s own time, by which no decision is late; see carried.test.ts',
  },
  AuditAnchorsDeadFilled: {
    alarm: 'AuditAnchorsDeadFilled',
    async bring(name) {
      away('s3', 'anchorAudit', 60);
      const { outcome } = await product.run(visit(name));
      await expect.poll(() => product.stack.bodies(arnOf('AuditAnchorsDead')).length).toBeGreaterThan(0);
      await stay(60 * hour);
      return outcome.recordingId;
    },
    procedure: ['npm run reconcile -- --mend', 'npm run audit -- verify $MEETING'],
    shows: /was anchored late, at [\s\S]* is whole/,
    ends: completed,
  },
  TablesThrottled: {
    alarm: 'TablesThrottled',
    async bring(name) {
      const refused = { error: 'ThrottlingException', times: 5 };
      product.stack.faults.add({ target: 'DynamoDB_20120810', operation: 'TransactWriteItems', ...refused });
      const { outcome } = await product.run(visit(name));
      return outcome.recordingId;
    },
    shows: /inspectRecording\t/,
    ends: completed,
  },
  BudgetExceeded: {
    alarm: 'BudgetExceeded',
    bring: async (name) => (await product.run(visit(name))).outcome.recordingId,
    shows: /startTranscription\t/,
    ends: completed,
  },
  ApiFailing: { not: 'the failures of the HTTP API are played in reading.test.ts' },
  ApiSlow: {
    alarm: 'ApiSlow',
    async bring(name) {
      await stay(hour);
      const call = await Visit.arrange(product, name);
      slows('supabase', /call_context/, 3_100);
      await call.request('patient', { action: 'join', meetingId: call.appointment });
      product.stack.faults.disturber = undefined;
      return '';
    },
    shows: /POST \/meetings/,
    ends: async (_, name) => void (await new Visit(product, name).meet()),
  },
  ApiRefusing: {
    alarm: 'ApiRefusing',
    async bring() {
      await stay(hour);
      return askApi(25, '/meetings', { method: 'POST', body: '{}' });
    },
    shows: /meetings\t401\tInvalidToken/,
    async ends() {
      await stay(hour);
      expect(await measure('ApiRefusing')).toBe(0);
    },
  },
  ApiThrottled: {
    alarm: 'ApiThrottled',
    bring: () => askApi(120, '/health'),
    shows: /GET \/health/,
    ends: () => askApi(1, '/health').then(() => expect(accessed.at(-1)?.status).toBe(200)),
  },
  ApiFunctionsThrottled: {
    alarm: 'ApiFunctionsThrottled',
    async bring() {
      await stay(minute);
      const none = { error: 'TooManyRequestsException', status: 429, times: 1 };
      product.stack.faults.add({ target: 'Lambda', operation: 'health', ...none });
      return askApi(1, '/health');
    },
    shows: /GET \/health/,
    ends: () => askApi(1, '/health').then(() => expect(accessed.at(-1)?.status).toBe(200)),
  },
  JoinsSlow: {
    alarm: 'JoinsSlow',
    async bring(name) {
      const call = await Visit.arrange(product, name);
      slows('chime', /^CreateMeeting$/, 3_100);
      await call.ask('provider', { action: 'create', appointmentId: call.appointment });
      product.stack.faults.disturber = undefined;
      return '';
    },
    ends: async (_, name) => void (await new Visit(product, name).meet()),
  },
  JoinsFailing: {
    alarm: 'JoinsFailing',
    async bring(name) {
      await stay(hour);
      hourBegan = product.log.length;
      const call = await Visit.arrange(product, name);
      const create = { action: 'create', appointmentId: call.appointment };
      for (let n = 0; n < 18; n += 1) await call.ask('provider', create);
      const away = { error: 'ServiceUnavailable', status: 503, times: Number.POSITIVE_INFINITY };
      product.stack.faults.add({ target: 'chime', operation: 'GetAttendee', ...away });
      for (let n = 0; n < 2; n += 1) expect((await call.request('provider', create)).status).toBe(503);
      return '';
    },
    shows: /503\t\/meetings\tChimeUnavailable/,
    ends: async (_, name) => void (await new Visit(product, name).meet()),
  },
  BucketSize: { not: 'S3 measures the size of a bucket once a day' },
  ReplicationFailed: { not: 'there is one region here' },
  SdkNotServed: { not: 'CloudFront is not here; a browser asks a server with its headers in cdn/browser.test.ts' },
  SdkNotCached: { not: 'CloudFront is not here' },
  CallbacksUndelivered: {
    not: 'edge functions go by the machine’s clock, which is days behind here: see callbacks.test.ts',
  },
  EventsNotForwarded: { not: 'there is one region here, and its bus hears of all' },
};

const played = Object.entries(plays).flatMap(([section, play]) => ('not' in play ? [] : [{ section, ...play }]));
const nameOf = (section: string) => `rings-${section}`;

test('each section of an alarm is played, or says why not', () => {
  const sections = readRunbook().filter(({ part }) => part === 'Alarms');
  expect(Object.keys(plays).toSorted()).toEqual(sections.map(({ names }) => names.join()).toSorted());
});

test('an alarm that is played leads to its section', () => {
  for (const { section, alarm } of played)
    expect(String(resources[alarm]?.Properties?.['AlarmDescription'])).toContain(`RUNBOOK.md#${section.toLowerCase()}`);
});

describe.skipIf(!hasBash)('each failure', () => {
  const ids = new Map<string, string>();
  const files = new Map<string, string>();
  let shown: Shown[];

  beforeAll(async () => {
    // One attempt of the SDK each: its pauses are the only ones that virtual time does not skip.
    product = await TestStack.start({
      jobDelayMs: minute,
      stepEnv: { AWS_MAX_ATTEMPTS: '1', RECORDS: 'on' },
      onAccess(line) {
        const { status, latency, route } = JSON.parse(line) as Record<string, string>;
        accessed.push({ at: now(), status: Number(status), latency: Number(latency), route: route ?? '' });
      },
    });
    terminal = await Terminal.open(product);
  });
  afterAll(async () => {
    await product.stop();
    await terminal.close();
  });

  test.each(played)('$section: $alarm would ring', async ({ section, alarm, bring }) => {
    const { Namespace, Threshold } = alarmOf(alarm);
    const before = Namespace === 'AWS/SQS' ? 0 : await measure(alarm);
    ids.set(section, await bring(nameOf(section)));
    // A stage chooses its budget; here a single consultation exceeds it.
    const threshold = alarm === 'BudgetExceeded' ? 0 : Number(Threshold);
    expect((await measure(alarm)) - before).toBeGreaterThan(threshold);
    product.stack.faults.clear();
    files.set(section, basename(await product.keyOf(nameOf(section))));
  });

  describe('and its section', () => {
    beforeAll(async () => {
      terminal.setTime(now() + minute);
      shown = await terminal.paste(commands(), (section) => {
        const [id = '', file = ''] = [ids.get(section), files.get(section)];
        return `ID=${id} MEETING=${meetingOf(nameOf(section))} FILE='${file}'`;
      });
    });

    test.each(played)('$section says what happened', ({ section, shows = /./ }) => {
      const said = shown.filter((one) => one.section === section);
      // What is stuck or broken is told by the exit code as well.
      const mayFail = /get-transcription-job|npm run (?:stuck|reconcile|audit)/;
      const wrong = said.filter(({ code, text }) => code !== 0 && !mayFail.test(text));
      expect({ wrong, stderr: wrong.length > 0 ? terminal.stderr : '' }).toEqual({ wrong: [], stderr: '' });
      expect(said.length).toBeGreaterThan(1);
      expect(said.map(({ stdout }) => stdout).join('\n')).toMatch(shows);
    });

    test.each(played)('$section ends it', async ({ section, ends }) => {
      await ends(ids.get(section) ?? '', nameOf(section));
    });
  });

  /** The sections' commands one after the other, each with what the section leads to. */
  function commands(): Command[] {
    const all = commandsOf('RUNBOOK.md').filter((command) => 'on' in (runOf(command) ?? {}) || isReconcile(command));
    const start = all.filter(
      ({ section, text }) =>
        section === 'Before you start' && /^(?:export (?!STAGE=|ID=)|ask\(|url\(|arn\()/.test(text),
    );
    const deliver = all.filter(({ text }) => text.startsWith('deliver() {'));
    const own = played.flatMap(({ section, procedure = [] }) => [
      ...all.filter((command) => command.section === section),
      ...procedure.map((one) => ({ section, text: typeof one === 'string' ? one : find(all, one) })),
    ]);
    return [...start, ...deliver, ...own.map(inTime)];
  }

  const isReconcile = ({ text }: Command) => text === 'npm run reconcile';
  const find = (all: readonly Command[], [section, pattern]: readonly [string, RegExp]) =>
    all.find((command) => command.section === section && pattern.test(command.text))?.text ?? `no ${pattern} there`;
  /** Days have passed on the stack since the first alarm rang. */
  const inTime = ({ section, text }: Command): Command => ({
    section,
    text: text
      .replace(/^ask \d+ /, 'ask 1000 ')
      .replace('--failed-since 24h', '--failed-since 40d')
      .replace(/^npm run reconcile --/, `$& --since ${new Date(now() - 40 * 24 * hour).toISOString()}`),
  });
});
