import { S3Client } from '@aws-sdk/client-s3';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { statementsOf } from '../../infra/rules.ts';
import type { Resource } from '../../infra/template.ts';
import { toFiles } from '../../pipeline/edge/files.ts';

/** The buckets of a stack as they are written: parameters still stand by their names. */
const read = (file: string) => {
  const text = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
  return (parse(text, { merge: true }) as { Resources: Record<string, Resource> }).Resources;
};
const workflow = read('infra/storage.yml');
const source = read('infra/source/replication.yml');

const propertiesOf = (id: string): Record<string, unknown> => {
  const { Properties } = workflow[id] ?? source[id] ?? {};
  if (!Properties) throw new Error(`there is no ${id}`);
  return Properties;
};

const recordings = ['RecordingsBucket', 'SourceRecordingsBucket'];

test.each(recordings)('Chime may list and read what it joins, and write what it has joined, in %s', (bucket) => {
  const chime = statementsOf(propertiesOf(`${bucket}Policy`)).filter(({ Sid }) => Sid?.startsWith('chime'));
  const inside = ['captures', 'recordings'].map((prefix) => ({ 'Fn::Sub': `\${${bucket}.Arn}/${prefix}/*` }));
  expect(chime).toMatchObject([
    { Action: ['s3:PutObject', 's3:PutObjectAcl'], Resource: inside },
    { Action: ['s3:GetObject', 's3:ListBucket'], Resource: [{ 'Fn::GetAtt': [bucket, 'Arn'] }, ...inside] },
  ]);
  for (const { Effect, Principal, Condition } of chime) {
    expect([Effect, Principal]).toEqual(['Allow', { Service: 'mediapipelines.chime.amazonaws.com' }]);
    expect(Condition).toEqual({
      StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      ArnLike: { 'aws:SourceArn': { 'Fn::Sub': 'arn:${AWS::Partition}:chime:*:${AWS::AccountId}:*' } },
    });
  }
});

interface LifecycleRule {
  Prefix?: string;
  ExpirationInDays?: number | string;
  NoncurrentVersionExpiration?: { NoncurrentDays: number | string };
  ExpiredObjectDeleteMarker?: boolean;
}

const rulesOf = (bucket: string) =>
  (propertiesOf(bucket)['LifecycleConfiguration'] as { Rules: LifecycleRule[] }).Rules;

describe('what S3 deletes by itself', () => {
  const asRecordings = '${param:recordingRetentionDays}';
  const asResults = '${param:resultRetentionDays}';
  const asSent = '${param:attachmentRetentionDays}';
  const asCopied = '${param:sourceRetentionDays}';

  test.each<[string, string, (number | string)[], (number | string)[]]>([
    ['RecordingsBucket', 'recordings/m/audio/a.mp4', [asRecordings], [asRecordings]],
    ['RecordingsBucket', 'captures/m/audio/a.mp4', [14], [1]],
    ['SourceRecordingsBucket', 'recordings/m/audio/a.mp4', [asCopied], [asCopied]],
    ['SourceRecordingsBucket', 'captures/m/audio/a.mp4', [14], [1]],
    ['TranscriptsBucket', 'transcripts/rec-1/transcript.json', [asResults], [30]],
    ['MedicalDataBucket', 'answers/rec-1/InferRxNorm-0.json', [asResults], [30]],
    ['MedicalDataBucket', 'results/rec-1/consultation.json', [asResults], [30]],
    ['AuditAnchorsBucket', 'anchors/m/000001-a.json', [2588], [1]],
    ['SpeechBucket', 'speech/a.mp3', [30], [1]],
    ['AttachmentsBucket', 'attachments/c/m.pdf', [asSent], [asSent]],
    ['MedicalDataBucket', 'reference/icd10cm.txt.gz', [], []],
  ])('%s, %s: after %j days, an older version of it after %j', (bucket, key, ends, replaced) => {
    const rules = rulesOf(bucket).filter(({ Prefix = '' }) => key.startsWith(Prefix));
    expect(rules.flatMap(({ ExpirationInDays }) => ExpirationInDays ?? [])).toEqual(ends);
    expect(rules.flatMap((rule) => rule.NoncurrentVersionExpiration?.NoncurrentDays ?? [])).toEqual(replaced);
  });

  test.each([
    ...recordings,
    'TranscriptsBucket',
    'MedicalDataBucket',
    'AuditAnchorsBucket',
    'SpeechBucket',
    'AttachmentsBucket',
  ])('%s: markers of deletion with nothing behind them, by a rule without days, as S3 wants it', (bucket) => {
    const markers = rulesOf(bucket).filter((rule) => rule.ExpiredObjectDeleteMarker);
    expect(markers.map(({ ExpirationInDays }) => ExpirationInDays)).toEqual([undefined]);
  });
});

test('a page may send a file with what is signed of it, and nothing else', async () => {
  const { CorsRules } = propertiesOf('AttachmentsBucket')['CorsConfiguration'] as {
    CorsRules: { AllowedMethods: string[]; AllowedHeaders: string[]; AllowedOrigins: unknown }[];
  };
  const [{ AllowedMethods, AllowedHeaders, AllowedOrigins } = {}] = CorsRules;
  expect([CorsRules.length, AllowedMethods]).toEqual([1, ['GET', 'PUT']]);
  expect(AllowedOrigins).toEqual({ 'Fn::Split': [',', '${param:appOrigins}'] });
  const client = new S3Client({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  const file = { key: 'k', contentType: 'application/pdf', size: 1, checksum: `${'A'.repeat(43)}=` } as const;
  const { headers } = await toFiles('files', 'key', client).upload(file, 300);
  const isAllowed = (name: string) =>
    AllowedHeaders?.some((allowed) =>
      allowed.endsWith('*') ? name.startsWith(allowed.slice(0, -1)) : name === allowed,
    );
  expect(Object.keys(headers).filter((name) => !isAllowed(name))).toEqual([]);
});
