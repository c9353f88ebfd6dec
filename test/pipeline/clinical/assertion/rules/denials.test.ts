import { describe, expect, test } from 'vitest';
import { denied, isExcluded, isSetAside } from '../../../../../pipeline/clinical/assertion/rules/denials.ts';
import { statedIn } from '../../../marked.ts';

describe('denied', () => {
  test.each<[string, boolean]>([
    ['P: I have never had [eczema].', true],
    ["P: I haven't had any [palpitations].", true],
    ['P: No [nausea], vomiting or diarrhea.', true],
    ['P: No nausea, [vomiting] or diarrhea.', true],
    ['P: No nausea, vomiting or [diarrhea].', true],
    ["P: [Fever], no, I don't have that.", true],
    ['P: No fever but a [cough].', false],
    ["P: I can't sleep because of the [pain].", false],
    ["P: I don't smoke and I have a [cough].", false],
    ["P: I've never had a [headache] like this.", false],
    ["P: I can't deny the [pain].", false],
    ["P: I've never had such a bad [headache].", false],
    ['P: No longer [pain].', false],
    ['P: No numbness in the [legs].', false],
    ['P: I have [pain].', false],
  ])('%s: %s', (line, expected) => {
    expect(denied(statedIn(line))).toEqual(expected ? ['absent', 'denied'] : undefined);
  });
});

describe('ruled out', () => {
  test.each<[string, boolean]>([
    ['C: They ruled out [pneumonia].', true],
    ['C: The [coeliac disease] came back negative.', true],
    ['C: It is free of [infection].', true],
    ["C: We'll have it ruled out, the [clot].", false],
    ['C: We want [pneumonia] looked at.', false],
    ['C: The [#x-ray] was negative.', false],
  ])('%s: %s', (line, expected) => {
    expect(isExcluded(statedIn(line))).toEqual(expected ? ['absent', 'excluded'] : undefined);
  });
});

describe('set aside', () => {
  test.each<[string, boolean]>([
    ["C: I don't think this is [appendicitis].", true],
    ['U: There is nothing to suggest [cancer].', true],
    ["P: I don't think this is [appendicitis].", false],
    ['C: We need to rule out [pneumonia].', false],
    ['C: I think this is [appendicitis].', false],
  ])('%s: %s', (line, expected) => {
    expect(isSetAside(statedIn(line))).toEqual(expected ? ['absent', 'set-aside'] : undefined);
  });
});
