import { describe, expect, test } from 'vitest';
import { boundsOf, stretchWords } from '../../../../../pipeline/clinical/assertion/cues/stretch.ts';
import { mentionsIn, onAndOn } from '../../../marked.ts';

describe('the bounds of a mention', () => {
  const boundsIn = (dialogue: string) => {
    const { mentions } = mentionsIn(dialogue);
    const bounds = boundsOf(mentions);
    return mentions.map((mention) => bounds.get(mention));
  };

  test('are the findings of its kind on either side that have another name', () => {
    // "A fever, a cough, aspirin, fever.": the aspirin is of another kind, the last fever the same as the first.
    expect(boundsIn('P: A [fever], a [cough], [+aspirin], [fever].')).toEqual([
      { from: -1, to: 11 },
      { from: 7, to: 27 },
      { from: -1, to: Infinity },
      { from: 16, to: Infinity },
    ]);
  });

  test('reach over mentions of the same name', () => {
    expect(boundsIn('P: [fever] [fever] [cough]')).toEqual([
      { from: -1, to: 12 },
      { from: -1, to: 12 },
      { from: 11, to: Infinity },
    ]);
  });

  test('of none are none', () => expect(boundsOf([]).size).toBe(0));
});

describe('the words of a stretch', () => {
  /** The cues of the first mention. */
  function wordsIn(dialogue: string): string[] {
    const { talk, mentions } = mentionsIn(dialogue);
    const [first] = mentions;
    const bounds = first && boundsOf(mentions).get(first);
    if (!first || !bounds) throw new Error('nothing is marked');
    return stretchWords(first, bounds, talk);
  }

  test('say who speaks, in which turn from here', () => {
    const words = wordsIn('C: Any [fever] now? / P: No. / C: Good.');
    expect(words).toEqual(expect.arrayContaining(['seg cc= now ?', 'seg cp- no', 'seg cc+ good', 'pre c any']));
  });

  test('go on in the next turn where the mention ends its own', () => {
    expect(wordsIn('C: And [fever] / P: No.')).toContain('seg cp- no');
  });

  test('end with the next finding of the kind, not with one of another', () => {
    expect(wordsIn('P: No [fever] now and [cough] then.')).toEqual([
      'seg pp= now',
      'seg pp= and',
      'seg pp= now and',
      'seg broken',
      'pre p no',
    ]);
    expect(wordsIn('P: [fever] [+aspirin] then.')).toContain('seg pp= then');
  });

  test('begin after the finding of the kind before it', () => {
    const { talk, mentions } = mentionsIn('P: No [cough] but [fever].');
    const last = mentions[1];
    const bounds = last && boundsOf(mentions).get(last);
    if (!last || !bounds) throw new Error('nothing is marked');
    expect(stretchWords(last, bounds, talk).filter((cue) => cue.startsWith('pre'))).toEqual(['pre p but']);
  });

  test('are no more than 25 after it and 12 before', () => {
    const plain = onAndOn(60, 1).replaceAll(/\[.*\]|\n/g, '');
    const cues = wordsIn(`P: ${'once '.repeat(20)}[fever] ${'then '.repeat(40)}${plain}`);
    expect(cues.filter((cue) => cue === 'seg pp= then')).toHaveLength(25);
    expect(cues.filter((cue) => cue === 'pre p once')).toHaveLength(12);
  });

  test('end after five turns', () => {
    const cues = wordsIn('P: [fever]. / C: a. / P: b. / C: c. / P: d. / C: e.');
    expect([cues.includes('seg pp+ d'), cues.includes('seg pc- e')]).toEqual([true, false]);
  });
});
