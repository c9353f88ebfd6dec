import { describe, expect, test } from 'vitest';
import { expand } from '../../infra/expand.ts';

const loops = { forEachFunction: ['startWorkflow', 'storeResults'], forEachTask: ['storeResults'] };

describe('writes out', () => {
  test.each<[what: string, written: unknown, expanded: unknown]>([
    [
      'an entry of an object once for each name, in place',
      { Before: 1, forEachFunction: { '<Name>LogGroup': { Name: 'logs-<name>' } }, After: 2 },
      {
        Before: 1,
        StartWorkflowLogGroup: { Name: 'logs-startWorkflow' },
        StoreResultsLogGroup: { Name: 'logs-storeResults' },
        After: 2,
      },
    ],
    [
      'several entries under one loop',
      { forEachTask: { '<name>': 1, '<Name>': 2 } },
      { storeResults: 1, StoreResults: 2 },
    ],
    [
      'an item of a list once for each name, in place',
      ['first', { forEachFunction: ['<name>', { Ref: '<Name>' }] }, 'last'],
      ['first', ['startWorkflow', { Ref: 'StartWorkflow' }], ['storeResults', { Ref: 'StoreResults' }], 'last'],
    ],
    [
      'the names of its own loop only',
      [{ forEachTask: '<name>' }, { forEachFunction: '<name>' }],
      ['storeResults', 'startWorkflow', 'storeResults'],
    ],
    [
      'a loop inside what stands once',
      { a: [{ b: { forEachTask: { '<name>': null } } }] },
      { a: [{ b: { storeResults: null } }] },
    ],
    [
      'nothing else',
      { Ref: 'A', n: 1, none: null, list: [true, '${AWS::Region}', '<b>'] },
      { Ref: 'A', n: 1, none: null, list: [true, '${AWS::Region}', '<b>'] },
    ],
    [
      'the text of a JSON document, its loops included',
      {
        'Fn::Sub': {
          'Fn::ToJsonString': { alarms: [{ forEachTask: '${<Name>Errors.Arn}' }], title: 'a "quoted" title' },
        },
      },
      { 'Fn::Sub': '{"alarms":["${StoreResultsErrors.Arn}"],"title":"a \\"quoted\\" title"}' },
    ],
    [
      'a parameter in such a text as the number that it is',
      { 'Fn::ToJsonString': { value: '${param:dailyBudgetUsd}', label: 'of ${param:dailyBudgetUsd}' } },
      '{"value":${param:dailyBudgetUsd},"label":"of ${param:dailyBudgetUsd}"}',
    ],
  ])('%s', (_, written, expanded) => expect(expand(written, loops)).toEqual(expanded));
});

describe('refuses by name', () => {
  test.each<[what: string, written: unknown, message: RegExp]>([
    [
      'a loop that does not exist',
      { forEachFuncton: {} },
      /no forEachFuncton; there are forEachFunction and forEachTask$/,
    ],
    ['the same in a list', [{ forEachStep: '<name>' }], /no forEachStep/],
    ['a placeholder outside a loop', { a: ['logs of <Name>'] }, /logs of <Name>: .* only inside a loop/],
    ['a placeholder in a key outside a loop', { '<name>Arn': 1 }, /<name>Arn: .* only inside a loop/],
    [
      'an entry that a loop makes again',
      { forEachTask: { '<Name>Errors': 1 }, StoreResultsErrors: 2 },
      /StoreResultsErrors stands twice/,
    ],
    ['a loop of no entries in an object', { a: 1, forEachTask: '<name>' }, /forEachTask: .* not "storeResults"$/],
    ['an entry of a loop that has no name in it', { forEachFunction: { Errors: 1 } }, /Errors stands twice/],
  ])('%s', (_, written, message) => {
    const refusal = expect.objectContaining({
      name: 'TemplateInvalid',
      message: expect.stringMatching(message) as string,
    }) as Error;
    expect(() => expand(written, loops)).toThrow(refusal);
  });
});
