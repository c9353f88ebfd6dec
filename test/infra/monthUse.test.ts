import { expect, test } from 'vitest';
import { alarms, dashboards, keys, metrics, type Month, secrets, toUses } from '../../infra/monthUse.ts';
import { readService, resourcesOf } from '../../infra/service.ts';
import { metrics as written } from '../../pipeline/metrics.ts';
import { root } from '../house/sources.ts';

const month: Month = {
  visits: 1_000,
  minutes: 15,
  people: 2,
  isRecorded: true,
  spoken: 500,
  messages: 10,
  attached: 2,
};
const countsOf = (more: Partial<Month>, nth?: number) =>
  Object.fromEntries(toUses({ ...month, ...more }, nth).map(({ item, count }) => [item, count]));
const usual = countsOf({});
const changed = (more: Partial<Month>) => {
  const counts = countsOf(more);
  return Object.keys(usual).filter((item) => counts[item] !== usual[item]);
};

test('each line is there once', () => {
  expect(Object.keys(usual)).toHaveLength(toUses(month).length);
});

const perRequest = [
  'API Gateway',
  'Lambda: invocations',
  'Lambda: time',
  'CloudWatch: lines written',
  'CloudWatch: lines kept',
  'X-Ray',
];
test.each<[string, Partial<Month>, string[]]>([
  ['texts that are read out', { spoken: 501 }, ['S3: spoken texts']],
  ['larger files', { attached: 3 }, ['S3: attachments', 'data that leaves AWS']],
  ['more messages', { messages: 11 }, [...perRequest, 'chat']],
  ['more people', { people: 3 }, [...perRequest, 'CDN: data', 'CDN: requests']],
  [
    'longer visits',
    { minutes: 16 },
    ['S3: chunks of captures', 'S3: recordings', 'S3: results', 'S3: writes', 'S3: reads', 'data that leaves AWS'],
  ],
])('%s change what they should, and nothing else', (_, more, items) => {
  expect(changed(more).toSorted()).toEqual(items.toSorted());
});

test('a visit that is not recorded leaves no sound and no results', () => {
  const counts = countsOf({ isRecorded: false });
  for (const item of ['S3: chunks of captures', 'S3: recordings', 'S3: results', 'S3: writes', 'S3: reads'])
    expect([item, counts[item]]).toEqual([item, 0]);
});

test('fifteen minutes of two people, in numbers', () => {
  expect(usual).toMatchObject({
    'S3: recordings': 7.2,
    'S3: chunks of captures': 3.6,
    'S3: writes': 200_000,
    'S3: attachments': 2,
    'S3: spoken texts': 0.2,
    chat: 10_000,
  });
});

test.each<[nth: number, fresh: number, archived: number, attachments: number, moved: number]>([
  [1, 7.2, 0, 2, 0],
  [3, 21.6, 0, 6, 0],
  [4, 21.6, 7.2, 8, 1_000],
  [84, 21.6, 583.2, 168, 1_000],
  [85, 21.6, 590.4, 170, 1_000],
  [200, 21.6, 590.4, 170, 1_000],
])('in month %i, what is kept has added up', (nth, fresh, archived, attachments, moved) => {
  const counts = countsOf({}, nth);
  expect(counts['S3: recordings']).toBeCloseTo(fresh, 6);
  expect(counts['S3: recordings, archived']).toBeCloseTo(archived, 6);
  expect([counts['S3: attachments'], counts['S3: moves to the archive']]).toEqual([attachments, moved]);
  expect(counts['S3: chunks of captures']).toBe(usual['S3: chunks of captures']);
});

const files = ['serverless.yml', 'infra/cdn/serverless.yml'];
const ofType = (type: string) =>
  files.flatMap((file) => Object.values(resourcesOf(readService(root, file)))).filter(({ Type }) => Type === type);

test('what is billed by the month is as many as the templates have, and not many more', () => {
  const watched = ofType('AWS::CloudWatch::Alarm').flatMap(({ Properties = {} }) => {
    const parts = Properties['Metrics'] as { MetricStat?: object }[] | undefined;
    return parts ? parts.filter(({ MetricStat }) => MetricStat) : [Properties];
  });
  for (const [assumed, real, most] of [
    [alarms, watched.length, 1.4],
    [metrics, Object.keys(written).length, 2],
    [keys, ofType('AWS::KMS::Key').length, 1],
    [secrets, ofType('AWS::SecretsManager::Secret').length, 1.5],
    [dashboards, ofType('AWS::CloudWatch::Dashboard').length, 1],
  ] as const) {
    expect(assumed).toBeGreaterThanOrEqual(real);
    expect(assumed).toBeLessThanOrEqual(most * real);
  }
});
