import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executionArn } from '../../local/replay/execution.ts';
import { realClock } from '../../local/services/clock.ts';
import { toRecordingId } from '../../pipeline/recording/recording.ts';
import { type Command, commandsOf, runOf } from '../house/commands.ts';
import { hasBash, type Shown, Terminal } from './terminal.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, visit } from './visits.ts';

const isRun = (command: Command) => 'on' in (runOf(command) ?? {});
let product: TestStack;
let terminal: Terminal;
/** A recording that was processed, one that is none, and two that were stopped in the middle. */
let done: { id: string; file: string };
let failed: string;
let stopped: string[];
let shown: Shown[];

beforeAll(async () => {
  if (!hasBash) return;
  product = await TestStack.start({ clock: realClock(), jobDelayMs: 10_000 });
  terminal = await Terminal.open(product);
});

afterAll(async () => {
  if (!hasBash) return;
  await product.stop();
  await terminal.close();
});

/** Asks until there is an answer. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await pause(100);
  }
}

/** What stands in the documents for something of one's own. */
function filledIn({ section, text }: Command): Command {
  return {
    section,
    text: text
      .replaceAll('rec-0123456789abcdef0123456789abcdef', done.id)
      .replace('consultation.mp4', 'README.md')
      .replaceAll('<meetingId>', '$MEETING'),
  };
}

describe.skipIf(!hasBash)('the commands of RUNBOOK.md, in their order', () => {
  beforeAll(async () => {
    const { outcome } = await product.run(visit('night'));
    const row = await product.recording(outcome.recordingId);
    done = { id: outcome.recordingId, file: basename(row?.['key'] as string) };
    const stoppable = [await product.upload(visit('stopped')), await product.upload(visit('given-up'))];
    stopped = stoppable.map(({ recordingId }) => recordingId);
    const practise = commandsOf('RUNBOOK.md').filter(
      ({ section }) => section === 'Practise' || section === 'Before you start',
    );
    await until(async () => {
      const names = await product.executions();
      return stopped.every((name) => names.includes(name)) || undefined;
    });
    // Stopped before it has a row, it would not be among what is stuck.
    await until(() => product.recording(stopped[1] ?? ''));
    const stop = { executionArn: executionArn(product.deployment, stopped[1] ?? '') };
    await product.deployment.clients.sfn.send(new StopExecutionCommand(stop));
    // It ends with a message in the dead-letter queue, an upload that will fail, and one execution stopped.
    const prepared = await terminal.paste(
      practise
        .filter(isRun)
        .filter(({ text }) => !/^(?:source|ask)/.test(text))
        .map(filledIn),
      () => `ID=${stopped[0]} MEETING=${meetingOf('night')}`,
    );
    if (prepared.some(({ code }) => code !== 0)) throw new Error(terminal.stderr);
    failed = await until(async () => {
      const { data } = await product.deployment.supabase
        .from('recordings')
        .select('recording_id')
        .eq('error_name', 'UnsupportedMedia');
      const [row] = (data ?? []) as { recording_id: string }[];
      return row?.recording_id;
    });
    await product.ended(failed);

    const all = commandsOf('RUNBOOK.md')
      .filter(isRun)
      .filter(({ section, text }) => section !== 'Practise' && !text.startsWith('export ID='));
    shown = await terminal.paste(all.map(filledIn), variablesOf);
  });

  /** The recording that a section is about. */
  function variablesOf(section: string): string {
    const of: Record<string, string | undefined> = {
      ExecutionsFailed: failed,
      ExecutionsTimedOut: stopped[0],
      ExecutionsAborted: stopped[1],
      'Say that a recording failed': stopped[1],
    };
    return `ID=${of[section] ?? done.id} MEETING=${meetingOf('night')} FILE=${done.file}`;
  }

  const find = (section: string, command: RegExp) => {
    const [found] = shown.filter((one) => one.section === section && command.test(one.text));
    if (!found) throw new Error(`no ${command} under ${section}`);
    return found.stdout;
  };

  test('all end well', () => {
    // A job is of one engine only, and what is stuck is told by the exit code as well.
    const mayFail = /get-transcription-job|npm run (?:stuck|redrive$|ready)/;
    const wrong = shown.filter(({ code, text }) => code !== 0 && !mayFail.test(text));
    expect({ wrong, stderr: wrong.length > 0 ? terminal.stderr : '' }).toEqual({ wrong: [], stderr: '' });
    expect(shown.length).toBeGreaterThan(60);
  });

  test('say where one is', () => {
    expect(find('Before you start', /^echo/)).toBe('stage local of account 111122223333 in eu-west-1');
    const story = find('Before you start', /^ask 48/).split('\n');
    expect(story[0]).toMatch(/\tstartWorkflow\tINFO\tstarted$/);
    expect(story.length).toBeGreaterThan(3);
  });

  test('show what failed, and why', () => {
    const line = find('ExecutionsFailed', /^ask/)
      .split('\n')
      .find((one) => one.includes(failed));
    expect(line).toMatch(/inspectRecording\tUnsupportedMedia/);
    expect(find('ExecutionsFailed', /list-executions/)).toContain(failed);
    expect(find('ExecutionsFailed', /describe-execution/)).toContain('UnsupportedMedia');
  });

  test('let an execution that was stopped go on to its end', async () => {
    expect(find('ExecutionsTimedOut', /get-execution-history/)).toContain('ExecutionAborted');
    expect(find('ExecutionsTimedOut', /redrive/)).toContain('redriveDate');
    expect(await product.ended(stopped[0] ?? '')).toMatchObject({ status: 'SUCCEEDED' });
    expect(await product.recording(stopped[0] ?? '')).toMatchObject({ status: 'completed' });
  });

  test('say of another one that it failed', async () => {
    expect(find('ExecutionsAborted', /list-executions/)).toContain(stopped[1]);
    expect(await product.recording(stopped[1] ?? '')).toMatchObject({ status: 'failed', error_name: 'States.Timeout' });
  });

  test('find the message that nobody could handle, and move it back', async () => {
    expect(find('RecordingEventsDeadFilled', /receive-message/)).toContain('to practise');
    expect(find('Redrive a dead-letter queue', /npm run redrive$/)).toMatch(/RecordingEventsDead\S* holds 1 message/);
    expect(find('Redrive a dead-letter queue', /--move/)).toMatch(/1 of 1 message moved$/);
    await expect.poll(() => product.log.join('\n')).toMatch(/message failed.*EventUnknown/);
  });

  test('ask the database', () => {
    expect(find('UnknownMeeting', /^psql/)).toContain(meetingOf('night'));
    expect(find('LanguageNotSupported', /^psql/)).toBe('UPDATE 1');
    expect(find('Duplicate', /^psql/)).toContain(done.id);
  });

  test('run a recording again, once the price is known', async () => {
    expect(find('Run a recording again', /reprocess -- \$ID --dry-run/)).toContain(`${done.id} would be run again`);
    expect(find('Run a recording again', /reprocess -- \$ID$/)).toContain(`${done.id} is run again as ${done.id}-r2`);
    expect(find('Run a recording again', /--failed-since/)).toContain(`${failed} is not run again: UnsupportedMedia`);
    expect(await product.ended(`${done.id}-r2`)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('show what is stuck, with its remedy', () => {
    const stuck = find('RecordingsStuck', /npm run stuck/);
    expect(stuck).toContain('1 message that nobody could handle');
    expect(stuck).toContain(`npm run reprocess -- ${stopped[1]}`);
  });

  test('deliver the event of a recording once more, which starts nothing twice', async () => {
    expect(find('Run a recording again', /^deliver /)).toContain('MessageId');
    await expect.poll(() => product.log.filter((line) => line.includes('already started')).join()).toContain(done.id);
  });

  test.each(['blank and + plus.mp4', 'größe 50%.mp4', '100%41.mp4', `it's "quoted" \\ here.mp4`, 'a&b=c?d#e.mp4'])(
    'deliver the event of %s, whatever is odd about the name',
    async (name) => {
      await product.switchRule('RecordingCreated', 'DISABLED');
      const key = `recordings/${meetingOf('night')}/audio/${name}`;
      const { clients, target } = product.deployment;
      const put = new PutObjectCommand({ Bucket: target.recordingsBucket, Key: key, Body: `no recording: ${name}` });
      const { ETag = '', VersionId = '' } = await clients.s3.send(put);
      await product.switchRule('RecordingCreated', 'ENABLED');
      const object = { bucket: target.recordingsBucket, key, etag: ETag.replaceAll('"', ''), versionId: VersionId };
      const id = await toRecordingId(object);
      const steps = commandsOf('RUNBOOK.md').filter(
        ({ section, text }) =>
          (section === 'Before you start' && /^(?:export (?!STAGE|ID)|url\(\))/.test(text)) ||
          text.startsWith('deliver() {'),
      );
      const quoted = `'${key.replaceAll("'", "'\\''")}'`;
      const shown = await terminal.paste([...steps, { section: '', text: `deliver ${quoted}` }], () => ':');
      expect({ ...shown.at(-1), stderr: terminal.stderr }).toMatchObject({ code: 0 });
      await product.ended(id);
      expect(await product.recording(id)).toMatchObject({ key, version_id: VersionId, status: 'failed' });
    },
  );

  test('prove the audit trail and show it', () => {
    expect(find('Answer an auditor', /verify/)).toContain('is whole');
    expect(find('Answer an auditor', /dynamodb query/)).toContain('RESULTS_STORED');
  });

  test('ring the bell, and show an auditor how the data is kept', () => {
    expect(find('Answer an auditor', /npm run ready/)).toMatch(/^ {2}ok .*recordings-\S+: aws:kms with /m);
    expect(find('BucketSize', /get-bucket-lifecycle/)).toContain('capture chunks expire');
    expect(find('AnswerNotKept', /get-bucket-policy/)).toContain('aws:SecureTransport');
  });

  test('show what was spent', () => {
    expect(find('BudgetExceeded', /^ask.*by step/)).toMatch(/^startTranscription\t.*\t\d/m);
  });

  test('are those of DEPLOY.md too', async () => {
    const deploy = commandsOf('DEPLOY.md')
      .filter(isRun)
      .filter(({ text }) => !text.startsWith('export STAGE'));
    const ran = await terminal.paste(deploy.map(filledIn), () => `MEETING=${meetingOf('night')}`);
    const certain = ran.filter(({ text }) => !text.startsWith('npm run ready'));
    expect(certain.map(({ text, code }) => [text, code])).toEqual(certain.map(({ text }) => [text, 0]));
    expect(ran.length).toBeGreaterThan(4);
    // What was practised has left its traces, and nothing else lacks.
    expect(ran.find(({ text }) => text.startsWith('npm run ready'))?.stdout).toMatch(
      /LACKS \d+ alarms: medzen-local-Exec/,
    );
  });
});
