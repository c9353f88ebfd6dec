import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readService } from '../../infra/service.ts';
import { readDeployment } from '../../local/stack/template.ts';
import { Copy } from './copy.ts';

const place = { stage: 'dev', region: 'eu-west-1', accountId: '111122223333' };

describe('refuses by name, at packaging and in the embedded stack,', () => {
  let copy: Copy;
  beforeEach(() => {
    copy = new Copy();
  });
  afterEach(() => copy.remove());

  const append = (more: string) => (text: string) => `${text}\n${more}\n`;

  test.each<[what: string, file: string, change: (text: string) => string, message: RegExp]>([
    [
      'a task without a function',
      'infra/workflow.yml',
      (text) => text.replace(/ +recordFailureArn: .*\n?/, ''),
      /the state machine Transcription names \$\{recordFailureArn\}/,
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

test('a service without functions is read too', () => {
  const source = readService('.', 'infra/source/serverless.yml');
  expect(source.functions).toBeUndefined();
  expect(source.resources[0]?.Resources).toHaveProperty('SourceRecordingsBucket');
});
