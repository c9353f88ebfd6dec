import { expect, test } from 'vitest';
import { environmentOf, namesIn, withoutEmpty } from '../../../local/stack/environment.ts';
import { readDeployment } from '../../../local/stack/template.ts';
import { root } from '../../house/sources.ts';

const deployment = readDeployment(root, { region: 'eu-west-1', accountId: '1', stage: 'local' });

test('each name that a client finds the deployment by is of something else', () => {
  const names = namesIn(deployment);
  expect(Object.keys(names)).toEqual([
    'STATE_MACHINE_ARN',
    'ATTACHMENT_QUEUE',
    'ANCHORS_BUCKET',
    'JOB_QUEUE',
    'MEETING_QUEUE',
    'RECORDING_QUEUE',
  ]);
  expect(new Set(Object.values(withoutEmpty(names))).size).toBe(6);
});

test('a function that is not there is told nothing', () => {
  expect(environmentOf(deployment, 'nobody')).toEqual({});
  expect(environmentOf(deployment, 'speak')).toHaveProperty('SPEECH_KEY_SECRET');
});
