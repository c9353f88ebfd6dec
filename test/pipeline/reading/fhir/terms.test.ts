import { describe, expect, test } from 'vitest';
import { textOf, toCoding, toLanguageTag } from '../../../../pipeline/reading/fhir/terms.ts';
import { code, hostile } from './charts.ts';

describe('a code', () => {
  test('that is suggested carries how sure the machine is', () => {
    expect(toCoding(code())).toEqual({
      extension: [
        {
          url: 'http://hl7.org/fhir/uv/aitransparency/StructureDefinition/AIconfidence',
          valueDecimal: 0.8,
        },
      ],
      system: 'http://hl7.org/fhir/sid/icd-10-cm',
      code: 'R05.9',
      display: 'Cough, unspecified',
      userSelected: false,
    });
  });

  test('that a clinician accepted does not', () => {
    expect(toCoding(code({ review: 'accepted', system: 'RxNorm', code: '35296', description: null }))).toEqual({
      system: 'http://www.nlm.nih.gov/research/umls/rxnorm',
      code: '35296',
      userSelected: true,
    });
  });

  test.each(['', ' R05', 'R05 ', 'R  05', 'R05\n', '\u{202e}R05', 'R05\u{0}'])('%j is none', (text) => {
    expect(toCoding(code({ code: text }))).toBeUndefined();
  });

  test.each(hostile)('is described by %s', (_, text) => {
    expect(toCoding(code({ description: text }))?.display).toBe(text);
  });
});

test.each([
  [null, undefined],
  ['', undefined],
  [' \u{a0}\n', undefined],
  [' words ', 'words'],
])('%j as a FHIR string: %j', (text, expected) => {
  expect(textOf(text)).toBe(expected);
});

test.each([
  ['en-US', 'en-US'],
  ['en-AB', 'en-GB'],
  ['cy-WL', 'cy-GB'],
  ['ckb-IQ', 'ckb-IQ'],
])('%s is %s', (language, tag) => {
  expect(toLanguageTag(language)).toBe(tag);
});
