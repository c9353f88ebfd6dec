import { describe, expect, test } from 'vitest';
import { addressOf, conceptOf, headOf, identifierOf } from '../../../../pipeline/reading/fhir/frame.ts';
import { chart, code, finding, frame, given, hostile, right } from './charts.ts';

describe('a concept', () => {
  const codesOf = (...codes: Parameters<typeof code>[0][]) =>
    conceptOf(finding({ codes: codes.map((one) => code(one)) })).coding?.map((coding) => coding.code);

  test('has one code, the best: the others are other diseases', () => {
    expect(codesOf({}, { code: 'J20.9', rank: 2 })).toEqual(['R05.9']);
  });

  test('leaves out a code that was rejected', () => {
    expect(codesOf({ review: 'rejected' }, { code: 'J20.9', rank: 2 })).toEqual(['J20.9']);
    expect(codesOf({ review: 'rejected' })).toBeUndefined();
  });

  test('leaves out a code that the code table does not have, unless a clinician says so', () => {
    const hint = 'not in the code table' as const;
    expect(codesOf({ hint })).toBeUndefined();
    expect(codesOf({ hint, review: 'accepted' })).toEqual(['R05.9']);
  });

  test('has the label and the words as they were transcribed', () => {
    const { text, extension } = conceptOf(finding({ label: 'cold' }));
    expect(text).toBe('cold');
    expect(extension).toEqual([
      { url: 'http://hl7.org/fhir/StructureDefinition/originalText', valueString: 'I have a cough.' },
    ]);
  });

  test('of no words at all is not empty', () => {
    expect(conceptOf(finding({ label: ' ', evidence: [], codes: [] }))).toEqual({ text: 'without words' });
  });

  test.each(hostile)('keeps %s', (_, text) => {
    expect(conceptOf(finding({ label: text })).text).toBe(text);
  });
});

describe('a resource', () => {
  test('has a legal id, and ours beside it', () => {
    const { id, identifier } = headOf('Condition', given(finding()));
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(identifier).toEqual([
      {
        system: 'https://medzen.example/sid/finding',
        value: 'rec-0123456789abcdef0123456789abcdef/medical_condition:2-7',
      },
    ]);
  });

  test.each([
    ['a machine', finding(), 'AIAST'],
    ['a clinician', finding(right), 'CLINAST'],
  ])('says that %s asserts it', (_, of, label) => {
    expect(headOf('Condition', given(of)).meta.security).toMatchObject([{ code: label }]);
  });

  test('leads to its words in the narrative', () => {
    const within = frame();
    expect(headOf('Condition', given(finding(), within)).extension).toEqual([
      {
        url: 'http://hl7.org/fhir/StructureDefinition/narrativeLink',
        valueUrl: `${within.names.urn('Composition')}#e-problems-0`,
      },
    ]);
  });
});

test.each([
  ['rec-1', 'https://medzen.example/recordings/rec-1'],
  ['a/../b?c#d', 'https://medzen.example/recordings/a%2F..%2Fb%3Fc%23d'],
  ['half \u{d83d}', 'https://medzen.example/recordings/half%20%EF%BF%BD'],
])('the address of %j is %s', (recordingId, address) => {
  expect(addressOf(frame(chart([], { recordingId })))).toBe(address);
});

test('an identifier is never empty', () => {
  expect(identifierOf(frame(), 'meeting', '').value).toBe('none');
});
