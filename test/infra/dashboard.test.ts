import { beforeAll, expect, test } from 'vitest';
import type { Template } from '../../infra/template.ts';
import { ofType, packageTemplate, propertiesOf } from './packaged.ts';

let packaged: Template;
let widgets: Widget[];
beforeAll(async () => {
  packaged = await packageTemplate({ stage: 'prod', region: 'eu-west-1', parameters: ['dailyBudgetUsd=42'] });
  const { 'Fn::Sub': body } = propertiesOf(packaged, 'Overview')['DashboardBody'] as { 'Fn::Sub': string };
  ({ widgets } = JSON.parse(body) as { widgets: Widget[] });
});

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { markdown?: string; alarms?: string[]; metrics?: unknown[][] };
}

test('it answers eight questions, one per row', () => {
  const questions = widgets.flatMap(({ properties: { markdown } }) => markdown ?? []);
  expect(questions).toEqual([
    '## Is it working?',
    '## What is waiting?',
    '## What failed?',
    '## Can people meet?',
    '## Are calls recorded?',
    '## Can people write?',
    '## Can people read?',
    '## What does it cost?',
  ]);
});

test('it shows every alarm', () => {
  const shown = widgets.flatMap(({ properties: { alarms = [] } }) => alarms);
  const alarms = ofType(packaged, 'AWS::CloudWatch::Alarm').map(([id]) => `\${${id}.Arn}`);
  expect(shown.toSorted()).toEqual(alarms.toSorted());
});

test('it shows the errors of every function', () => {
  const rows = widgets.flatMap(({ properties: { metrics = [] } }) => metrics);
  const shown = rows.filter(([, name]) => name === 'Errors').map(([, , , id]) => String(id));
  const functions = ofType(packaged, 'AWS::Lambda::Function').map(([id]) => `\${${id}}`);
  expect(shown.toSorted()).toEqual(functions.toSorted());
});

test('no widget lies over another, or outside the 24 columns', () => {
  const cells = widgets.flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, n) => [x + (n % width), y + Math.floor(n / width)] as const),
  );
  expect(new Set(cells.map(String)).size).toBe(cells.length);
  expect(Math.max(...cells.map(([x]) => x))).toBe(23);
});

test('it draws the budget of its stage', () => {
  expect(JSON.stringify(widgets)).toContain('{"value":42,"label":"budget"}');
});
