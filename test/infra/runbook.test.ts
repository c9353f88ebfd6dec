import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SQSRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { readRunbook, type RetryRule, wordsOf } from '../../infra/runbook.ts';
import { readService, resourcesOf } from '../../infra/service.ts';
import { queue } from '../../pipeline/edge/lambda.ts';
import { failures } from '../../pipeline/errors.ts';
import { metrics } from '../../pipeline/metrics.ts';
import { startTranscription } from '../../pipeline/steps/startTranscription.ts';
import { portsOfVisit, startInput } from '../pipeline/visit.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const runbook = read('RUNBOOK.md');
const sections = readRunbook();
const inPart = (part: string) => sections.filter((section) => section.part === part);

interface Alarm {
  id: string;
  description: string;
}

const workflow = readService(root);
const source = readService(root, 'infra/source/serverless.yml');
const control = readService(root, 'infra/control/serverless.yml');
const cdn = readService(root, 'infra/cdn/serverless.yml');

/** The alarms of the workflow, of the regions that only record or only control, and of the CDN. */
const alarms: Alarm[] = [workflow, source, control, cdn].flatMap((service) =>
  Object.entries(resourcesOf(service)).flatMap(([id, { Type, Properties }]) =>
    Type === 'AWS::CloudWatch::Alarm' ? [{ id, description: String(Properties?.['AlarmDescription']) }] : [],
  ),
);

const anchorOf = ({ description }: Alarm) => /RUNBOOK\.md#(\S+)$/.exec(description)?.[1];

/** Names by which a recording can fail: those of the table, of the state machine, and of the code's own errors. */
function failureNames(): string[] {
  const machine = JSON.stringify(resourcesOf(workflow)['Transcription']);
  const caught = [...machine.matchAll(/"ErrorEquals":\[([^\]]*)\]/g)].flatMap(([, names = '']) =>
    [...names.matchAll(/"([^"]+)"/g)].map(([, name = '']) => name),
  );
  const thrown = readdirSync(join(root, 'pipeline'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...read(`pipeline/${file}`).matchAll(/\bname(?: =|:) '([A-Z]\w+)'|named\('(\w+)'/g)])
    .map(([, assigned, given]) => assigned ?? given ?? '');
  const assigned = [...machine.matchAll(/"Error":"(\w+)"/g)].map(([, name = '']) => name);
  const all = new Set([...Object.keys(failures), ...caught, ...assigned, ...thrown]);
  all.delete('States.ALL');
  return [...all].toSorted();
}

describe('the sections', () => {
  test('of alarms are those that the alarms send to, and each alarm sends to one', () => {
    expect(alarms.length).toBeGreaterThan(20);
    expect([...new Set(alarms.map((alarm) => anchorOf(alarm) ?? alarm.id))].toSorted()).toEqual(
      inPart('Alarms')
        .map(({ anchor }) => anchor)
        .toSorted(),
    );
  });

  test('of failures are the names that a recording can fail by', () => {
    expect(
      inPart('Failures')
        .flatMap(({ names }) => names)
        .toSorted(),
    ).toEqual(failureNames());
  });

  test('stand once each', () => {
    const anchors = sections.map(({ anchor }) => anchor);
    expect(anchors).toEqual([...new Set(anchors)]);
  });

  test.each(inPart('Alarms').map((section) => [section.names.join(), section.text] as const))(
    '%s says who is affected, what to ask, what to run, and when it is over',
    (_, text) => {
      expect(text).toMatch(/^Affected: /m);
      expect(text).toMatch(/^ {4}ask \d+ '/m);
      expect(text).toMatch(/^ {4}aws [a-z0-9-]+ [a-z0-9-]+ /m);
      expect(text).toMatch(/^Close: /m);
    },
  );
});

describe('its times are those of the definition', () => {
  const rules = parse(read('state-machines/retry.yml')) as Record<'busy' | 'killed' | 'unanswered' | 'late', RetryRule>;
  const prose = runbook.replaceAll(/\s+/g, ' ');
  const { Definition: machine } = resourcesOf(workflow)['Transcription']?.Properties ?? {};
  const hours = (machine as { TimeoutSeconds: number }).TimeoutSeconds / 3_600;
  const queueOf = (id: string) =>
    resourcesOf(workflow)[id]?.Properties as { VisibilityTimeout: number; RedrivePolicy: { maxReceiveCount: number } };
  const { VisibilityTimeout, RedrivePolicy } = queueOf('RecordingEvents');
  const meeting = queueOf('MeetingEvents');

  /** Every number of times and every span for which something is tried again. */
  const spans = {
    busy: `for as long as the execution lives, ${hours} hours, with pauses of up to ${rules.busy.MaxDelaySeconds / 60} minutes`,
    killed: `${wordsOf(rules.killed).times} retries ${wordsOf(rules.killed).within}`,
    unanswered: `${wordsOf(rules.unanswered).times} retries ${wordsOf(rules.unanswered).within}`,
    killedOrUnanswered: `${wordsOf(rules.killed).times} times ${wordsOf(rules.killed).within}`,
    late: `${wordsOf(rules.late).times} times ${wordsOf(rules.late).within}`,
    message: `${RedrivePolicy.maxReceiveCount} times within ${(RedrivePolicy.maxReceiveCount * VisibilityTimeout) / 3_600} hours`,
    meetingMessage: `${meeting.RedrivePolicy.maxReceiveCount} times within ${(meeting.RedrivePolicy.maxReceiveCount * meeting.VisibilityTimeout) / 3_600} hours`,
    messageAgain: `every ${VisibilityTimeout / 60} minutes, for ${(RedrivePolicy.maxReceiveCount * VisibilityTimeout) / 3_600} hours`,
  };

  test.each(Object.entries(spans))('%s', (_, span) => {
    expect(prose).toContain(span);
  });

  test('both queues deliver as often, and the waits for a job are as many as are said', async () => {
    expect(queueOf('JobEvents')).toEqual({ ...queueOf('JobEvents'), VisibilityTimeout });
    expect(queueOf('JobEvents').RedrivePolicy.maxReceiveCount).toBe(RedrivePolicy.maxReceiveCount);
    const inspection = { ...startInput.inspection, engine: 'transcribe' as const, durationMs: 15 * 60_000 };
    const started = await startTranscription(portsOfVisit())({ ...startInput, inspection });
    const waitSeconds = started.outcome === 'started' ? started.waitSeconds : [];
    expect(waitSeconds).toHaveLength(6);
    const waited = Math.round(waitSeconds.reduce((sum, seconds) => sum + seconds, 0) / 3_600);
    expect(prose).toContain(
      `when the sixth has run out, after ${waited} hours for a recording of a quarter of an hour`,
    );
  });

  const numerals = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
  const inWords = (count: number) => numerals[count] ?? { 12: 'twelve', 20: 'twenty' }[count] ?? String(count);
  const property = (id: string, ...path: (string | number)[]) =>
    path.reduce<unknown>(
      (at, name) => (at as Record<string | number, unknown>)[name],
      resourcesOf(workflow)[id]?.Properties,
    );
  const { events } = workflow.functions?.['anchorAudit'] ?? {};
  const [fed] = (events ?? []) as { stream: { maximumRecordAgeInSeconds: number } }[];
  const anchorHours = (fed?.stream.maximumRecordAgeInSeconds ?? 0) / 3_600;
  const deadHours = (RedrivePolicy.maxReceiveCount * VisibilityTimeout) / 3_600;
  const sourceDays = (source['params'] as { default: { sourceRetentionDays: number } }).default.sourceRetentionDays;
  /** SQS keeps a message for four days unless the queue says otherwise, and Step Functions an execution for 90. */
  const [queueDays, executionDays] = [4, 90];
  const deadDays = Number(property('RecordingEventsDead', 'MessageRetentionPeriod')) / 86_400;
  const captureDays = property('RecordingsBucket', 'LifecycleConfiguration', 'Rules', 1, 'ExpirationInDays');

  /** Every other span: how long something waits, is kept, or may be. */
  test.each<[what: string, said: string]>([
    ['the tries to anchor', `could not be anchored for ${inWords(anchorHours)} hours and were given up`],
    ['what is left of the stream', `which keeps them for ${inWords(24 - anchorHours)} hours more`],
    ['a message in its queue', `Messages wait for ${inWords(queueDays)} days`],
    ['a message that is given up', `A message whose cause is still there comes back after ${inWords(deadHours)} hours`],
    ['dead letters and executions', `has expired by itself after ${deadDays} and ${executionDays} days`],
    ['originals in a region that only records', `Do this within ${sourceDays} days`],
    ['chunks of a capture', `If there are captures older than ${String(captureDays)} days`],
    ['chunks of a capture, by hand', `under \`captures/<meetingId>/\` for ${String(captureDays)} days`],
    [
      'chunks of a capture, where its recording is late',
      `while the chunks are there, which is ${String(captureDays)} days`,
    ],
    ['an execution', `An execution was still running after ${inWords(hours / 24)} days`],
    ['a message that makes an alarm ring', `has waited for more than a quarter of an hour`],
  ])('%s: %s', (_, said) => {
    expect(prose).toContain(said);
  });

  test('a queue that says nothing of its own keeps its messages as long as is said, and rings as early', () => {
    for (const id of ['RecordingEvents', 'JobEvents']) {
      expect(property(id, 'MessageRetentionPeriod')).toBeUndefined();
      expect(property(`${id}Old`, 'Threshold')).toBe(15 * 60);
      expect(Number(property(`${id}Dead`, 'MessageRetentionPeriod')) / 86_400).toBe(deadDays);
    }
  });

  test.each([
    ['a service that is busy is waited for, not for some minutes', /some minutes/i],
    ['nothing is copied onto itself where that makes no new recording', /copy it onto itself/i],
    ['a failure that is not yet written is seen nowhere', /session, row and audit say/i],
  ])('%s', (_, misleading) => {
    expect(prose).not.toMatch(misleading);
  });

  test('and there are no others', () => {
    const said = Object.values(spans).reduce((text, span) => text.replaceAll(span, ''), prose);
    const left = [
      ...said.matchAll(
        /\b(?:\w+ (?:times|retries) (?:within|in|did)|execution lives[^.:;]*|retrie[sd] (?:\w+ times|for)[^.]*)/g,
      ),
    ];
    const known = /^execution lives$|^execution lives, 48 hours$|^six times in$/;
    expect(left.map(([text]) => text).filter((text) => !known.test(text))).toEqual([]);
    expect(hours).toBe(48);
  });
});

describe('what it names is there', () => {
  /** Headings of every level, as addresses. */
  const anchorsIn = (text: string) =>
    new Set(
      [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replaceAll(' ', '-'),
      ),
    );

  test.each(['RUNBOOK.md', 'DEPLOY.md'])('links into %s', (file) => {
    const pattern = file === 'RUNBOOK.md' ? /\]\(#([^)]+)\)/g : /\]\(DEPLOY\.md#([^)]+)\)/g;
    const anchors = anchorsIn(read(file));
    const links = [...runbook.matchAll(pattern)].map(([, anchor = '']) => anchor);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((anchor) => !anchors.has(anchor))).toEqual([]);
  });

  test('functions, queues, log groups and tables', () => {
    const steps = [...runbook.matchAll(/\$NAME-([a-zA-Z]\w*)/g)].map(([, step = '']) => step);
    expect(steps.filter((step) => !Object.hasOwn(workflow.functions ?? {}, step))).toEqual([]);

    const resources = resourcesOf(workflow);
    const queues = [...runbook.matchAll(/\$\((?:url|arn) (\w+)\)/g)].map(([, id = '']) => id);
    expect(new Set(queues).size).toBe(10);
    expect(queues.filter((id) => resources[id]?.Type !== 'AWS::SQS::Queue')).toEqual([]);

    const names = read('infra/storage.yml').replaceAll('${sls:stage}', '$STAGE');
    const tables = [...runbook.matchAll(/--table-name (\S+)|_TABLE=(\S+)/g)].map(([, a, b]) => a ?? b ?? '');
    expect(tables.length).toBeGreaterThan(3);
    expect(tables.filter((table) => !names.includes(table))).toEqual([]);
    expect(names).toContain('medzen-$STAGE-recordings-');
    expect(read('infra/logs.yml')).toContain('/aws/lambda/medzen-consultation-pipeline-');
  });

  test('the messages that queries look for are written by the steps', () => {
    const written = sourcesOf('pipeline').join('\n');
    const messages = [...runbook.matchAll(/message = "([^"]+)"/g)].map(([, message = '']) => message);
    expect(messages.length).toBeGreaterThan(2);
    expect(messages.filter((message) => !written.includes(`'${message}'`))).toEqual([]);
  });
});

function sourcesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join(folder, file)));
}

/** What Logs Insights finds by itself in the lines of a function, beside the fields that the function writes. */
const discovered = ['@timestamp', '@message', '@log', '@type', '@duration', '@maxMemoryUsed', '@memorySize'];
const language =
  /^(fields|filter|stats|sort|limit|by|as|asc|desc|like|and|or|not|in|count|count_distinct|sum|max|min|avg|latest|bin|ispresent|\d+[smhd]?)$/;

/** The fields that a query reads: neither its keywords and constants nor the names that it gives itself. */
function fieldsOf(query: string): string[] {
  const bare = query.replace(/"[^"]*"|\/[^/]+\/(?= *(\||$))/g, '');
  const given = new Set([...bare.matchAll(/\bas (\w+)/g)].map(([, name = '']) => name));
  return [...bare.matchAll(/@?[A-Za-z_0-9.]+/g)]
    .map(([word]) => word)
    .filter((word) => !language.test(word) && !given.has(word));
}

test('a rotated key restarts every function whose role may read it', () => {
  const roles = Object.entries(resourcesOf(workflow)).filter(
    ([id, { Properties }]) => id.endsWith('Role') && JSON.stringify(Properties).includes('{"Ref":"SupabaseKey"}'),
  );
  const readers = roles.map(([id]) => `${id.charAt(0).toLowerCase()}${id.slice(1, -'Role'.length)}`);
  const loops = [...runbook.matchAll(/^ {4}for step in (.*); do\n {6}aws/gm)].map(([, steps = '']) => steps.split(' '));
  expect(loops.map((steps) => steps.toSorted())).toEqual([readers.toSorted()]);
});

test('what DEPLOY takes away after a first deployment that failed is all that stays and has a name', () => {
  const [, part = ''] = read('DEPLOY.md').split('### The first deployment failed\n');
  const [taken = ''] = part.split('\n### ');
  const listed = (noun: string) =>
    [...taken.matchAll(new RegExp(`for ${noun} in (.*); do`, 'g'))].map(([, names = '']) =>
      names.split(' ').toSorted(),
    );
  const named = (type: string, property: string) =>
    Object.values(resourcesOf(workflow))
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => JSON.stringify(Properties?.[property]).replaceAll('${sls:stage}', '$STAGE'))
      .map((name) => /medzen[^"]*/.exec(name)?.[0] ?? name);
  const short = (name: string) => name.replace(/^medzen[-/]\$STAGE[-/]/, '').replace(/-\$\{AWS::AccountId\}.*/, '');
  const buckets = named('AWS::S3::Bucket', 'BucketName').map(short);
  const tables = named('AWS::DynamoDB::Table', 'TableName');
  expect(listed('bucket')).toEqual([buckets.toSorted()]);
  expect(listed('secret')).toEqual([named('AWS::SecretsManager::Secret', 'Name').map(short).toSorted()]);
  expect(listed('table')).toEqual([tables.toSorted(), tables.toSorted()]);
});

describe('the queries', () => {
  const queries = [...runbook.matchAll(/^ *ask \d+ '([^']+)'/gm)].map(([, query = '']) => query);
  const lines: string[] = [];

  beforeEach(() => {
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    const environment = ['RECORDINGS_BUCKET', 'TRANSCRIPTS_BUCKET', 'MEDICAL_DATA_BUCKET', 'KMS_KEY_ID'];
    for (const name of [...environment, 'AUDIT_TABLE', 'WORKFLOW_TABLE', 'SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY'])
      vi.stubEnv(name, 'https://example.org');
    vi.stubEnv('AWS_REGION', 'eu-west-1');
    for (const level of ['info', 'warn', 'error', 'log'] as const)
      vi.spyOn(console, level).mockImplementation((line: unknown) => void lines.push(String(line)));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    lines.length = 0;
  });

  /** The fields of every line that the door prints, a metric's included. */
  async function fieldsOfTheDoor(): Promise<string[]> {
    const handler = queue('startWorkflow', ({ measure }) => async () => {
      measure('rec-1', 'RecordingsReceived', 1);
      throw new Error('a message that fails');
    });
    const event = { recordingId: 'rec-1', Records: [{ messageId: 'm', body: '{}' } as SQSRecord] };
    await handler(event, { awsRequestId: 'request' });
    expect(lines).toHaveLength(2);
    return lines.flatMap((line) => Object.keys(JSON.parse(line) as object));
  }

  /** What the HTTP API logs of a request. */
  const accessed = [...read('serverless.yml').matchAll(/"(\w+)":"\$context\./g)].map(([, field = '']) => field);

  /** The facts that the steps, the routes, their door and the probe put beside their messages. */
  const logging = ['pipeline/edge/http.ts', 'pipeline/edge/probe.ts'].map(read);
  const facts = [...sourcesOf('pipeline/steps'), ...sourcesOf('pipeline/api'), ...logging].flatMap((source) =>
    [...source.matchAll(/\blog\([^{}]+, \{([^}]*)\}/g)].flatMap(([, inside = '']) =>
      inside.split(',').map((fact) => fact.split(':')[0]?.trim() ?? ''),
    ),
  );

  test('read only fields that are written', async () => {
    const dimensions = Object.values(metrics).flatMap((metric) => ('by' in metric ? [metric.by] : []));
    const door = await fieldsOfTheDoor();
    expect(facts).toEqual(expect.arrayContaining(['status', 'what', 'size', 'original']));
    const known = new Set([...discovered, ...door, ...facts, ...accessed, ...Object.keys(metrics), ...dimensions]);
    expect(queries.length).toBeGreaterThan(20);
    const unknown = queries.flatMap((query) =>
      fieldsOf(query)
        .filter((field) => !known.has(field))
        .map((field) => `${field} in: ${query}`),
    );
    expect(unknown).toEqual([]);
  });

  test.each([
    ['filter errorNmae = "Throttled" | stats count(*) as n by step', 'errorNmae'],
    ['stats sum(megabytes) as megabyte by what', 'megabytes'],
    ['filter @message like /Task timed out/ | fields @mesage', '@mesage'],
  ])('%s: the misspelt field is found', (query, field) => {
    expect(fieldsOf(query)).toContain(field);
  });
});
