import { expect, test } from 'vitest';
import { made } from '../../../local/stack/conditions.ts';

const resource = (Condition?: string) => ({ Type: 'T', Properties: {}, ...(Condition !== undefined && { Condition }) });

test.each<[string, unknown, boolean]>([
  ['equal texts', { 'Fn::Equals': ['on', 'on'] }, true],
  ['other texts', { 'Fn::Equals': ['off', 'on'] }, false],
  ['a number and its text', { 'Fn::Equals': [0, '0'] }, true],
  ['no equal texts', { 'Fn::Not': [{ 'Fn::Equals': ['', ''] }] }, false],
  ['no other texts', { 'Fn::Not': [{ 'Fn::Equals': ['a', ''] }] }, true],
])('%s', (_, condition, isMade) => {
  const resources = made({ always: resource(), sometimes: resource('It') }, { It: condition });
  expect(Object.keys(resources)).toEqual(isMade ? ['always', 'sometimes'] : ['always']);
});

test.each<[string, Record<string, unknown>, string]>([
  ['a condition that is not there', {}, 'there is no condition It'],
  ['another function', { It: { 'Fn::And': [] } }, 'Fn::And is not known'],
])('%s is refused by name', (_, conditions, message) => {
  expect(() => made({ sometimes: resource('It') }, conditions)).toThrow(message);
});
