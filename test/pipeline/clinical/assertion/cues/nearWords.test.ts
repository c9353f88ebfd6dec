import { describe, expect, test } from 'vitest';
import { nearKinds, nearWords } from '../../../../../pipeline/clinical/assertion/cues/nearWords.ts';
import { mentionsIn } from '../../../marked.ts';

function near(dialogue: string) {
  const { talk, mentions } = mentionsIn(dialogue);
  const [first] = mentions;
  if (!first) throw new Error('nothing is marked');
  return { kinds: nearKinds(first), words: nearWords(first, talk) };
}

describe('kinds of words', () => {
  test.each<[string, string[], string[]]>([
    ['P: No [fever].', ['p before no', 'p sentence no'], ['p after no']],
    ['C: Any [fever]?', ['c? before whether'], ['c before whether']],
    ['C: No [fever].', ['c before no'], ['c? before no']],
    ['P: A [fever], gone now.', ['p after gone', 'p after recent'], ['p before gone']],
    ['P: No cough, but a [fever].', ['p sentence no'], ['p before no']],
    [
      'P: It stopped. A [fever]. I take it.',
      ['p previous stop', 'p next take'],
      ['p sentence stop', 'p sentence take'],
    ],
    ['C: Stop that. Any [fever]? Take it.', ['c previous stop', 'c next take'], ['c? previous stop']],
  ])('%s', (dialogue, heard, not) => {
    const { kinds } = near(dialogue);
    expect(kinds).toEqual(expect.arrayContaining(heard));
    for (const kind of not) expect(kinds).not.toContain(kind);
  });
});

describe('the very words', () => {
  test('are the four before and after it in its clause', () => {
    expect(near('P: a b c d e [fever] f g h i j').words).toEqual([
      'word before b',
      'word before c',
      'word before d',
      'word before e',
      'word after f',
      'word after g',
      'word after h',
      'word after i',
      'words before d e',
      'words after f g',
      'next to e',
    ]);
  });

  test.each<[string, string[], string[]]>([
    ['P: Oh, [fever].', ['first in its clause'], ['words before oh']],
    ['P: It hurt but [fever] came.', ['first in its clause', 'next to but'], ['word before hurt']],
    ['C: Any [fever]? / P: No, none. At all.', ['c? answer no', 'c? answer none', 'c? answer at'], ['c? answer all']],
    ['P: A [fever]. / C: Right.', ['p answer right'], []],
    ['P: A [fever].', ['words after '], ['p answer a']],
  ])('%s', (dialogue, heard, not) => {
    const { words } = near(dialogue);
    expect(words).toEqual(expect.arrayContaining(heard));
    for (const word of not) expect(words).not.toContain(word);
  });
});
