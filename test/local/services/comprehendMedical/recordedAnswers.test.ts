import { describe, expect, test } from 'vitest';
import {
  RecordedAnswers,
  RecordedAnswersInvalid,
} from '../../../../local/services/comprehendMedical/recordedAnswers.ts';

const response = { Entities: [], ModelVersion: '1' };
const other = { Entities: [], ModelVersion: '2' };
const ask = { operation: 'InferICD10CM', text: 'chest pain' };
const busy = { ...ask, error: { name: 'TooManyRequestsException' } };

describe('find', () => {
  test('tells answers apart by operation and by the whole text', () => {
    const answers = new RecordedAnswers();
    answers.add('a', [
      { ...ask, response },
      { ...ask, operation: 'InferRxNorm', response: other },
      { ...ask, text: 'chest pain ', response: other },
    ]);
    expect(answers.find('InferICD10CM', 'chest pain')).toEqual({ response });
    expect(answers.find('InferRxNorm', 'chest pain')).toEqual({ response: other });
    expect(answers.find('InferICD10CM', 'chest pain ')).toEqual({ response: other });
    expect(answers.find('InferICD10CM', 'Chest pain')).toBeUndefined();
    expect(answers.find('DetectEntitiesV2', 'chest pain')).toBeUndefined();
  });

  test('gives an error with times that often, wherever it stands in the file', () => {
    const answers = new RecordedAnswers();
    answers.add('a', [
      { ...ask, response },
      { ...busy, times: 2 },
      { ...ask, error: { name: 'InternalServerException', message: 'oh' }, times: 1 },
    ]);
    const given = Array.from({ length: 5 }, () => answers.find(ask.operation, ask.text));
    expect(given).toEqual([
      { error: { name: 'TooManyRequestsException' } },
      { error: { name: 'TooManyRequestsException' } },
      { error: { name: 'InternalServerException', message: 'oh' } },
      { response },
      { response },
    ]);
  });

  test('has nothing more to say after the last of the times', () => {
    const answers = new RecordedAnswers();
    answers.add('a', [{ ...busy, times: 1 }]);
    expect(answers.find(ask.operation, ask.text)).toBeDefined();
    expect(answers.find(ask.operation, ask.text)).toBeUndefined();
  });

  test('gives an error without times for good', () => {
    const answers = new RecordedAnswers();
    answers.add('a', [busy]);
    for (let call = 0; call < 3; call += 1) expect(answers.find(ask.operation, ask.text)).toHaveProperty('error');
  });
});

describe('add', () => {
  test.each<[string, unknown, string]>([
    ['no list', { ...ask, response }, 'a/answers.json: file'],
    ['an unknown operation', [{ ...ask, operation: 'InferICD10', response }], '0.operation'],
    ['no text', [{ operation: 'InferRxNorm', response }], '0.text: is missing'],
    ['an empty text', [{ ...ask, text: '', response }], '0.text'],
    ['neither a response nor an error', [ask], '0: needs either a response or an error'],
    ['both', [{ ...busy, response }], '0: needs either a response or an error'],
    ['a response that is no object', [{ ...ask, response: [] }], '0.response: must be a JSON object'],
    ['an error without a name', [{ ...ask, error: {} }], '0.error.name: is missing'],
    ['no times', [{ ...busy, times: 0 }], '0.times'],
    ['times of a response', [{ ...ask, response, times: 1 }], '0: times is for errors only'],
    [
      'two answers to one question',
      [
        { ...ask, response },
        { ...ask, response: other },
      ],
      'two answers',
    ],
  ])('refuses %s', (_, json, said) => {
    const answers = new RecordedAnswers();
    expect(() => answers.add('a/answers.json', json)).toThrow(RecordedAnswersInvalid);
    expect(() => answers.add('a/answers.json', json)).toThrow(said);
  });

  test('takes nothing of a file it refuses', () => {
    const answers = new RecordedAnswers();
    expect(() => answers.add('a', [{ ...ask, response }, ask])).toThrow(RecordedAnswersInvalid);
    expect(answers.find(ask.operation, ask.text)).toBeUndefined();
  });

  test('takes the answer of the latest file', () => {
    const answers = new RecordedAnswers();
    answers.add('one', [{ ...ask, response }]);
    answers.add('two', [{ ...ask, response: other }]);
    expect(answers.find(ask.operation, ask.text)).toEqual({ response: other });
  });

  test('does not put what a patient said into its message', () => {
    const answers = new RecordedAnswers();
    const said = [
      { operation: 'InferRxNorm', text: 'my secret pain' },
      { operation: 'x', text: 'my secret pain' },
    ];
    const failure = () => answers.add('a', said);
    expect(failure).toThrow(RecordedAnswersInvalid);
    expect(failure).not.toThrow(/secret/);
  });
});
