import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readService, resourcesOf } from '../../infra/service.ts';
import { root } from './sources.ts';

const page = readFileSync(join(root, 'PHI.md'), 'utf8');

/** The rows of the tables in one part of the page, without their heads, as lists of cells. */
function rowsOf(heading: string): string[][] {
  const [, part = ''] = page.split(`## ${heading}\n`);
  const [text = ''] = part.split('\n## ');
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .slice(1)
    .map((line) => line.split('|').slice(1, -1));
}

/** The names in backquotes. */
const namesIn = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

const resources = {
  ...resourcesOf(readService(root, 'infra/source/serverless.yml')),
  ...resourcesOf(readService(root, 'infra/control/serverless.yml')),
  ...resourcesOf(readService(root, 'infra/cdn/serverless.yml')),
  ...resourcesOf(readService(root)),
};
const ofType = (type: string) => Object.keys(resources).filter((id) => resources[id]?.Type === type);

describe('the deployment', () => {
  const buckets = rowsOf('Buckets').map(([bucket, keys, , readers]) => ({
    bucket: namesIn(bucket)[0] ?? '',
    prefix: namesIn(keys)[0] ?? '',
    // What stands in parentheses is a part of the keys, and what follows a semicolon is no step.
    readers: namesIn(readers?.split(';')[0]?.replaceAll(/\([^)]*\)/g, '')),
  }));

  test('has no bucket that is not on the page, and no other', () => {
    expect([...new Set(buckets.map(({ bucket }) => bucket))].toSorted()).toEqual(ofType('AWS::S3::Bucket').toSorted());
  });

  test.each(['AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup', 'AWS::SecretsManager::Secret'])(
    'has no %s that is not on the page, and no other',
    (type) => {
      const endings = { 'AWS::DynamoDB::Table': /Table$/, 'AWS::Logs::LogGroup': /LogGroup$/ }[type];
      const named = namesIn(rowsOf('What holds none').flat().join(' '));
      const sought = ofType(type);
      expect(sought.filter((id) => !named.includes(id))).toEqual([]);
      expect(named.filter((name) => endings?.test(name) && !sought.includes(name))).toEqual([]);
    },
  );

  /** The objects that a role may read: the bucket with the first folder of the keys. */
  const readable = Object.entries(resources).flatMap(([role, { Type, Properties }]) => {
    if (Type !== 'AWS::IAM::Role') return [];
    const statements = JSON.stringify(Properties?.['Policies']).split('"Sid"');
    return statements
      .filter((statement) => statement.includes('s3:GetObject'))
      .flatMap((statement) => [...statement.matchAll(/\$\{(\w+)\.Arn\}\/([\w-]+\/)/g)])
      .map(([, bucket = '', prefix = '']) => ({ step: stepOf(role), bucket, prefix }));
  });

  test('gives each step the reading that the page says, and no other', () => {
    expect(readable.length).toBeGreaterThan(8);
    for (const { bucket, prefix, readers } of buckets) {
      const allowed = readable.filter((right) => right.bucket === bucket && right.prefix === prefix);
      const steps = [...new Set(allowed.map(({ step }) => step))];
      expect([bucket, prefix, readers.toSorted()]).toEqual([bucket, prefix, steps.toSorted()]);
    }
    const listed = new Set(buckets.map(({ bucket, prefix }) => `${bucket}/${prefix}`));
    expect(readable.filter(({ bucket, prefix }) => !listed.has(`${bucket}/${prefix}`))).toEqual([]);
  });

  test('encrypts what it keeps with the key that the page names', () => {
    const kept = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup'].flatMap(ofType);
    const published = 'SdkAssetsBucket';
    const keyed = [...kept, 'SupabaseKey', 'Transcription'].filter((id) => id !== published);
    const withoutKey = keyed.filter((id) => !/"(?:DataKey|SourceKey|ControlKey)"/.test(JSON.stringify(resources[id])));
    expect(withoutKey).toEqual([]);
  });

  test('keeps objects for as long as the page says', () => {
    const days = (id: string) =>
      (
        (resources[id]?.Properties?.['LifecycleConfiguration'] ?? { Rules: [] }) as {
          Rules: {
            Prefix?: string;
            ExpirationInDays?: unknown;
            NoncurrentVersionExpiration?: { NoncurrentDays: unknown };
          }[];
        }
      ).Rules.flatMap(({ Prefix, ExpirationInDays, NoncurrentVersionExpiration }) =>
        ExpirationInDays === undefined ? [] : [[Prefix, ExpirationInDays, NoncurrentVersionExpiration?.NoncurrentDays]],
      );
    expect(days('RecordingsBucket')).toEqual([
      ['recordings/', '${param:recordingRetentionDays}', '${param:recordingRetentionDays}'],
      ['captures/', 14, 1],
    ]);
    expect(days('TranscriptsBucket')).toEqual([[undefined, '${param:resultRetentionDays}', 30]]);
    expect(days('MedicalDataBucket')).toEqual([
      ['answers/', '${param:resultRetentionDays}', 30],
      ['results/', '${param:resultRetentionDays}', 30],
    ]);
    expect(days('SourceRecordingsBucket')).toEqual([
      ['recordings/', '${param:sourceRetentionDays}', '${param:sourceRetentionDays}'],
      ['captures/', 14, 1],
    ]);
  });
});

/** `StartWorkflowRole` is that of `startWorkflow`. */
function stepOf(role: string): string {
  return role.charAt(0).toLowerCase() + role.slice(1).replace(/Role$/, '');
}

describe('the database', () => {
  const tables = tablesOf(
    readdirSync(join(root, 'supabase/migrations'))
      .toSorted()
      .map((file) => readFileSync(join(root, 'supabase/migrations', file), 'utf8'))
      .join('\n'),
  );
  const rows = rowsOf('The database (Supabase)');

  test('has no table that is not on the page, and no other', () => {
    expect(rows.map(([table]) => namesIn(table)[0])).toEqual([...tables.keys()]);
  });

  test.each([...tables.keys()])('%s has no column that is not on the page, and no other', (table) => {
    const [, healthData, besides] = rows.find(([name]) => namesIn(name)[0] === table) ?? [];
    const named = [...namesIn(healthData), ...namesIn(besides)];
    expect(named.filter((column) => !/[/.]/.test(column)).toSorted()).toEqual(
      [...(tables.get(table) ?? [])].toSorted(),
    );
  });

  test('a new table and a new column are seen', () => {
    const sql = [
      'create table if not exists public.a (\n  b text,\n  primary key (b)\n);',
      'create table pipeline.d (e int);\nalter table public.a\n  add column c int,\n  add column if not exists f text;',
    ].join('\n');
    expect(tablesOf(sql)).toEqual(
      new Map([
        ['a', new Set(['b', 'c', 'f'])],
        ['d', new Set(['e'])],
      ]),
    );
  });
});

/** The columns of the tables that migrations create, as far as they are written plainly. */
function tablesOf(sql: string): Map<string, Set<string>> {
  const tables = new Map<string, Set<string>>();
  const statements = /^(create|alter) table (?:if not exists )?(?:only )?\w+\.(\w+)([\s\S]*?);$/gm;
  for (const [, verb, table = '', body = ''] of sql.matchAll(statements)) {
    const columns = tables.get(table) ?? new Set();
    const created = /^(?:\s*\(|  )(\w+) (?!key\b)\w/gm;
    const added = /add column (?:if not exists )?(\w+)/g;
    for (const [, column = ''] of body.matchAll(verb === 'create' ? created : added)) {
      if (!['constraint', 'primary', 'foreign', 'unique', 'check'].includes(column)) columns.add(column);
    }
    tables.set(table, columns);
  }
  return tables;
}

test.each(['README.md', 'DEPLOY.md'])('%s leads to the page', (file) => {
  expect(readFileSync(join(root, file), 'utf8')).toContain('](PHI.md)');
});
