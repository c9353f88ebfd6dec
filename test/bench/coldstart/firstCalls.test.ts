import { expect, test } from 'vitest';
import { firstCalls } from '../../../bench/coldstart/firstCalls.ts';
import { readService } from '../../../infra/service.ts';
import { root } from '../../house/sources.ts';

test('every function of the deployment says what it does first', () => {
  const { functions = {} } = readService(root);
  expect(Object.keys(firstCalls).toSorted()).toEqual(Object.keys(functions).toSorted());
});
