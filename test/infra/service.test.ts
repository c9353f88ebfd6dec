import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { templateFile } from '../../infra/package.ts';
import { readService } from '../../infra/service.ts';
import { readTemplate, type Resource, type Template } from '../../infra/template.ts';
import { readDeployment } from '../../local/stack/template.ts';
import { Copy } from './copy.ts';

const place = { stage: 'dev', region: 'eu-west-1', accountId: '111122223333' };
const machineFile = 'state-machines/transcription.asl.json';

/** `npm run package` in a copy. */
function packageIn({ folder }: Copy) {
  const args = ['local/commands/package.ts', '--stage', 'dev', '--region', 'eu-west-1', '--out', join(folder, 'out')];
  return spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
}

describe('a tenth step that is named in its file, its state, serverless.yml and iam.yml', () => {
  let copy: Copy;
  let packaged: Template;
  let said: { stdout: string; stderr: string };

  beforeAll(() => {
    copy = new Copy({ packageable: true });
    addArchiveResults(copy);
    const { status, stdout, stderr } = packageIn(copy);
    if (status !== 0) throw new Error(stderr);
    said = { stdout, stderr };
    packaged = readTemplate(join(copy.folder, 'out', templateFile));
  });
  afterAll(() => copy.remove());

  test('is packaged by a command that says what it does, where the template is and what comes next', () => {
    expect(said.stdout).toBe(`${join(copy.folder, 'out', templateFile)}\n`);
    expect(said.stderr).toMatch(/^package: bundling .* of dev in eu-west-1, offline\npackage: .* DEPLOY\.md .*\n$/);
  });

  /** A resource of another step, with this step's name. */
  const likeStoreResults = (suffix: string) =>
    JSON.parse(
      JSON.stringify(resource(`StoreResults${suffix}`))
        .replaceAll('storeResults', 'archiveResults')
        .replaceAll('StoreResults', 'ArchiveResults'),
    ) as Resource;
  const resource = (id: string) => {
    const { [id]: found } = packaged.Resources;
    if (!found) throw new Error(`there is no ${id}`);
    return found;
  };
  const machine = () => resource('Transcription').Properties ?? {};

  test.each(['LogGroup', 'Errors'])('has its %s', (suffix) => {
    expect(resource(`ArchiveResults${suffix}`)).toEqual(likeStoreResults(suffix));
    expect(JSON.stringify(resource(`ArchiveResults${suffix}`))).not.toMatch(/storeResults/i);
  });

  test('has its function, with its handler and its role', () => {
    expect(resource('ArchiveResultsLambdaFunction').Properties).toMatchObject({
      Handler: 'pipeline/steps/archiveResults.handler',
      Role: { 'Fn::GetAtt': ['ArchiveResultsRole', 'Arn'] },
    });
  });

  test('is called by the state machine, which may call it and retries it', () => {
    const { States } = machine()['Definition'] as { States: Record<string, { Retry: { ErrorEquals: string[] }[] }> };
    expect(States['archiveResults']?.Retry.map(({ ErrorEquals }) => ErrorEquals[0])).toEqual([
      'Throttled',
      'Function.Unknown',
      'States.Timeout',
      'UnknownMeeting',
    ]);
    expect(machine()['DefinitionSubstitutions']).toHaveProperty('archiveResultsArn');
    expect(JSON.stringify(resource('StateMachineRole'))).toContain('ArchiveResultsLambdaFunction');
  });

  test('is on the dashboard: its alarm and its errors', () => {
    const body = JSON.stringify(resource('Overview').Properties?.['DashboardBody']);
    expect(body).toContain('${ArchiveResultsErrors.Arn}');
    expect(body).toContain('${ArchiveResultsLambdaFunction}');
  });

  test('is in the embedded stack as well', () => {
    const { functions, stateMachine } = readDeployment(copy.folder, place);
    const step = functions.find(({ name }) => name === 'archiveResults');
    expect(step?.handler).toBe('pipeline/steps/archiveResults.handler');
    expect(stateMachine.definition).toContain(step?.arn);
  });
});

function addArchiveResults(copy: Copy): void {
  const rename = (text: string) =>
    text.replaceAll('storeResults', 'archiveResults').replaceAll('StoreResults', 'ArchiveResults');
  copy.write('pipeline/steps/archiveResults.ts', rename(copy.read('pipeline/steps/storeResults.ts')));
  copy.edit('serverless.yml', (text) =>
    text.replace('\nresources:', '  archiveResults:\n    timeout: 30\n    memorySize: 512\n\nresources:'),
  );
  copy.edit('infra/iam.yml', (text) => {
    const [, role = ''] = /\n( {2}StoreResultsRole:\n.*?\n)\n/s.exec(text) ?? [];
    return `${text}\n${rename(role)}`;
  });
  copy.edit(machineFile, (text) => {
    const machine = JSON.parse(text) as { States: Record<string, object> };
    const { storeResults = {} } = machine.States;
    machine.States['archiveResults'] = JSON.parse(rename(JSON.stringify(storeResults))) as object;
    machine.States['storeResults'] = { ...storeResults, Next: 'archiveResults' };
    return JSON.stringify(machine);
  });
}

describe('refuses by name, at packaging and in the embedded stack,', () => {
  let copy: Copy;
  beforeEach(() => {
    copy = new Copy();
  });
  afterEach(() => copy.remove());

  const append = (more: string) => (text: string) => `${text}\n${more}\n`;

  test.each<[what: string, file: string, change: (text: string) => string, message: RegExp]>([
    [
      'a retry rule that does not exist',
      machineFile,
      (text) => text.replace('"killed"', '"kiled"'),
      /inspectRecording names the retry rule kiled, .*there are busy, killed, unanswered, late$/,
    ],
    [
      'a function without a role',
      'serverless.yml',
      (text) => text.replace('\nresources:', '  archiveResults: { timeout: 30, memorySize: 512 }\n\nresources:'),
      /the function archiveResults has no role: infra\/ has no AWS::IAM::Role ArchiveResultsRole$/,
    ],
    [
      'a role that is none',
      'serverless.yml',
      (text) => text.replace('  storeResults:\n', '  storeResults:\n    role: AuditTable\n'),
      /the function storeResults has no role/,
    ],
    [
      'a task without a function',
      'serverless.yml',
      (text) => text.replace(/ {2}recordFailure:\n.*?\n\n/s, '\n'),
      /the state machine Transcription names \$\{recordFailureArn\}/,
    ],
    [
      'a loop that does not exist',
      'infra/logs.yml',
      (text) => text.replace('forEachFunction', 'forEachStep'),
      /forEachStep/,
    ],
    [
      'a name where there is none',
      'infra/logs.yml',
      append('  LogGroup: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: /aws/<name> } }'),
      /\/aws\/<name>: .* only inside a loop/,
    ],
    [
      'an alarm that is made and written',
      'infra/alarms.yml',
      append('  StoreResultsErrors: { Type: "AWS::CloudWatch::Alarm" }'),
      /StoreResultsErrors stands twice/,
    ],
    [
      'a resource in two files',
      'infra/logs.yml',
      append('  AuditTable: { Type: "AWS::DynamoDB::Table" }'),
      /AuditTable stands in two files/,
    ],
    [
      'a file that is not there',
      'serverless.yml',
      (text) => text.replace('infra/logs.yml', 'infra/log.yml'),
      /infra\/log\.yml cannot be read/,
    ],
    ['a file that is no YAML', 'infra/logs.yml', append(' ]'), /^infra\/logs\.yml cannot be read/],
    [
      'a part of a file',
      'serverless.yml',
      (text) => text.replace('infra/logs.yml)', 'infra/logs.yml):Resources'),
      /serverless\.yml: .* does more than include a file/,
    ],
  ])('%s', (_, file, change, message) => {
    copy.edit(file, change);
    const refusal = expect.objectContaining({
      name: 'TemplateInvalid',
      message: expect.stringMatching(message) as string,
    }) as Error;
    expect(() => readService(copy.folder)).toThrow(refusal);
    expect(() => readDeployment(copy.folder, place)).toThrow(refusal);
  });
});

test('npm run package says in one line what is refused, and leaves nothing', () => {
  const copy = new Copy({ packageable: true });
  try {
    copy.edit(machineFile, (text) => text.replace('"killed"', '"kiled"'));
    expect(packageIn(copy)).toMatchObject({
      status: 1,
      stdout: '',
      stderr:
        'package: inspectRecording names the retry rule kiled, which does not exist; there are busy, killed, unanswered, late\n',
    });
  } finally {
    copy.remove();
  }
});

describe('a function', () => {
  const functions = readService('.').functions ?? {};

  test('has the handler, the role and the zip of its name', () => {
    expect(functions['storeResults']).toMatchObject({
      handler: 'pipeline/steps/storeResults.handler',
      role: 'StoreResultsRole',
      package: { artifact: '.build/storeResults.zip' },
    });
  });

  test('keeps what it says of itself', () => {
    const copy = new Copy();
    try {
      copy.edit('serverless.yml', (text) =>
        text.replace(
          '  storeResults:\n',
          '  storeResults:\n    handler: pipeline/api/store.handler\n    role: RecordFailureRole\n',
        ),
      );
      expect(readService(copy.folder).functions?.['storeResults']).toMatchObject({
        handler: 'pipeline/api/store.handler',
        role: 'RecordFailureRole',
        timeout: 120,
      });
    } finally {
      copy.remove();
    }
  });
});

test('a service without functions is read too', () => {
  const source = readService('.', 'infra/source/serverless.yml');
  expect(source.functions).toBeUndefined();
  expect(source.resources[0]?.Resources).toHaveProperty('SourceRecordingsBucket');
});
