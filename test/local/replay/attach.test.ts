import { describe, expect, test } from 'vitest';
import type { Case } from '../../../local/cases/caseFolder.ts';
import { silentRecording } from '../../../local/cases/media.ts';
import { describeUpload, leadsToAws, measure, refuseWithoutSound } from '../../../local/replay/attach.ts';

test.each<[string | undefined, boolean]>([
  [undefined, true],
  ['', true],
  ['http://127.0.0.1:4566', false],
  ['http://localhost:4566', false],
  ['https://s3.eu-west-1.amazonaws.com', true],
  ['https://vpce-1.s3.eu-west-1.vpce.amazonaws.com/', true],
  ['https://s3.cn-north-1.amazonaws.com.cn:443', true],
  ['https://s3.eu-west-1.api.aws', true],
  ['https://amazonaws.com.example.org', false],
  ['https://notamazonaws.com', false],
])('an endpoint %s leads to AWS: %j', (endpoint, expected) => {
  expect(leadsToAws(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint })).toBe(expected);
});

const given = (more: Partial<Case> = {}): Case => ({
  name: 'visit',
  kind: 'recording',
  jobName: 'visit',
  language: 'en-US',
  recording: { fileName: 'recording.mp3', bytes: { path: 'visit.mp3', size: 2_000_000 } },
  standIn: { durationMs: 600_000, channels: 1 },
  ...more,
});

describe('a deployment that transcribes itself', () => {
  const { recording: _recording, ...silent } = given({ kind: 'job-result', job: '{}' });
  test.each<[string, Case, RegExp]>([
    [
      'a words file',
      given({ words: 'visit.json' }),
      /^visit: this deployment transcribes itself, and takes no words: give the recording without visit\.json$/,
    ],
    ['a job result alone', silent, /^visit: a job result alone: .* give a recording$/],
  ])('is not given %s', (_, one, message) => expect(() => refuseWithoutSound([given(), one])).toThrow(message));

  test('is given recordings', () => expect(() => refuseWithoutSound([given(), given({ job: '{}' })])).not.toThrow());
});

describe('what an upload costs', () => {
  const env = {
    STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:123456789012:stateMachine:transcription',
    AWS_REGION: 'eu-west-1',
  };
  const told = async (cases: Case[], variables: Record<string, string> = env) =>
    describeUpload(await Promise.all(cases.map(measure)), variables);

  test('is said with the account and the region', async () => {
    const bytes = await silentRecording({ durationMs: 60_000, channels: 1, container: 'mp3' });
    const held = given({ kind: 'case-folder', recording: { fileName: 'recording.mp3', bytes } });
    expect(await told([given(), held])).toMatch(
      /^this uploads 2 recordings \(11\.0 minutes of sound, 2\.\d MB\) to AWS account 123456789012 in eu-west-1, for about 1\.77 USD /,
    );
  });

  test('is unknown for what cannot be measured, and that is said', async () => {
    const broken = given({ recording: { fileName: 'recording.mp3', bytes: Buffer.from('text') } });
    expect(await told([broken])).toMatch(/\(0\.0 minutes .* about 0\.00 USD .*; 1 recording could not be measured$/);
  });

  test('is said where the environment names neither account nor region', async () => {
    expect(await told([given()], {})).toContain('to AWS account unknown in unknown');
  });
});
