import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { executionArn } from '../../local/replay/execution.ts';
import { realClock } from '../../local/services/clock.ts';
import { type Command, commandsOf, runOf } from '../house/commands.ts';
import { root } from '../house/sources.ts';
import { TestStack } from './testStack.ts';
import { meetingOf, visit } from './visits.ts';

const isRun = (command: Command) => 'on' in (runOf(command) ?? {});
const hasBash = !spawnSync('bash', ['--version']).error;

/** What a command showed, and how it ended. */
interface Shown extends Command {
  code: number;
  stdout: string;
}

let product: TestStack;
let tools: string;
/** A recording that was processed, one that is none, and two that were stopped in the middle. */
let done: { id: string; file: string };
let failed: string;
let stopped: string[];
let shown: Shown[];
let stderr: string;

beforeAll(async () => {
  if (!hasBash) return;
  tools = await mkdtemp(join(tmpdir(), 'tools-'));
  for (const tool of ['aws', 'psql']) {
    const file = join(tools, tool);
    writeFileSync(
      file,
      `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'shell', `${tool}.ts`)}' "$@"\n`,
    );
    chmodSync(file, 0o755);
  }
  product = await TestStack.start({ clock: realClock(), jobDelayMs: 10_000 });
});

afterAll(async () => {
  if (!hasBash) return;
  await product.stop();
  await rm(tools, { recursive: true });
});

/** Runs commands in one shell, one after the other, as an operator pastes them. */
async function paste(commands: readonly Command[], variablesOf: (section: string) => string): Promise<Shown[]> {
  const script = commands.map(
    ({ section, text }, at) => `${variablesOf(section)}\n${text}\nprintf '\\n\\x1e%d %d\\n' ${at} $?`,
  );
  const place = { STAGE: 'local', REGION: 'eu-west-1', HOME: tools };
  // Dozens of short processes: each need not compile the same modules.
  const env = { ...product.stack.env, ...place, NODE_COMPILE_CACHE: join(tools, 'cache') };
  const path = [tools, process.env['PATH'] ?? ''].join(delimiter);
  const bash = spawn('bash', ['-c', script.join('\n')], { cwd: root, env: { ...env, PATH: path } });
  const [out, err] = await Promise.all([text(bash.stdout), text(bash.stderr)]);
  stderr = err;
  const parts = out.split('\u001e');
  return commands.map((command, at) => {
    const code = Number(/^\d+ (\d+)\n/.exec(parts[at + 1] ?? '')?.[1] ?? Number.NaN);
    return { ...command, code, stdout: (parts[at] ?? '').replace(/^\d+ \d+\n/, '').trim() };
  });
}

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
    const prepared = await paste(
      practise
        .filter(isRun)
        .filter(({ text }) => !/^(?:source|ask)/.test(text))
        .map(filledIn),
      () => `ID=${stopped[0]} MEETING=${meetingOf('night')}`,
    );
    if (prepared.some(({ code }) => code !== 0)) throw new Error(stderr);
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
    shown = await paste(all.map(filledIn), variablesOf);
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
    const mayFail = /get-transcription-job|npm run stuck/;
    const wrong = shown.filter(({ code, text }) => code !== 0 && !mayFail.test(text));
    expect({ wrong, stderr: wrong.length > 0 ? stderr : '' }).toEqual({ wrong: [], stderr: '' });
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
    expect(find('Redrive a dead-letter queue', /start-message-move-task/)).toContain('TaskHandle');
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

  test('prove the audit trail and show it', () => {
    expect(find('Answer an auditor', /verify/)).toContain('is whole');
    expect(find('Answer an auditor', /dynamodb query/)).toContain('RESULTS_STORED');
  });

  test('show what was spent', () => {
    expect(find('BudgetExceeded', /^ask.*by step/)).toMatch(/^startTranscription\t.*\t\d/m);
  });

  test('are those of DEPLOY.md too', async () => {
    const deploy = commandsOf('DEPLOY.md')
      .filter(isRun)
      .filter(({ text }) => !text.startsWith('export STAGE'));
    const ran = await paste(deploy.map(filledIn), () => `MEETING=${meetingOf('night')}`);
    expect(ran.map(({ text, code }) => [text, code])).toEqual(ran.map(({ text }) => [text, 0]));
    expect(ran.length).toBeGreaterThan(4);
  });
});
