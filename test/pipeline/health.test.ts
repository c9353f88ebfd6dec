import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dependencies, type Details, type Probe, toReport, version } from '../../pipeline/health.ts';
import { root } from '../house/sources.ts';

const checkedAt = '2026-11-29T09:00:00.000Z';
const allOk: Probe = {
  checkedAt,
  dependencies: { database: 'ok', meetings: 'ok', audit: 'ok', recordings: 'ok', workflow: 'ok' },
};

test('all is well while every dependency is', () => {
  expect(toReport(allOk)).toEqual({ status: 'ok', ...allOk });
});

test.each(dependencies)('without %s it is not', (dependency) => {
  const found = { ...allOk.dependencies, [dependency]: 'down' as const };
  expect(toReport({ checkedAt, dependencies: found })).toEqual({ status: 'down', checkedAt, dependencies: found });
});

test('versions and regions are told where they are given', () => {
  const regions = { deployment: 'eu-west-1', media: [], meetings: 'eu-central-1', captures: null, chat: null };
  const details: Details = { versions: { service: '1', node: 'v24' }, regions };
  expect(toReport(allOk, details)).toEqual({ status: 'ok', ...allOk, ...details });
});

test('the version is that of package.json', () => {
  const { version: released } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(version).toBe(released);
});
