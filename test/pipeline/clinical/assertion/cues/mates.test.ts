import { describe, expect, test } from 'vitest';
import { mateCues, pronounCues } from '../../../../../pipeline/clinical/assertion/cues/mates.ts';
import type { Mention } from '../../../../../pipeline/clinical/assertion/mention.ts';
import { mentionsIn } from '../../../marked.ts';

/** The cues of the mention at this place among all that are marked, all of them one finding. */
function cuesAt(dialogue: string, at: number, beside: (all: Mention[]) => Mention[] = () => []): string[] {
  const { mentions } = mentionsIn(dialogue);
  const own = mentions[at];
  if (!own) throw new Error('nothing is marked');
  return mateCues(own, { earlier: mentions.slice(0, at), later: mentions.slice(at + 1) }, beside(mentions));
}

const thrice = 'C: Any [fever]? / P: No [fever] today. / C: Come back with a [fever].';

describe('the mentions of one finding', () => {
  test.each<[number, string[]]>([
    [0, ['for the first time', 'not for the last time', 'mates 0 2', 'later p no', 'later c comeBack', 'last stated']],
    [
      1,
      [
        'again',
        'not for the last time',
        'mates 1 1',
        'earlier c ruled present',
        'first c asked',
        'last c ruled present',
      ],
    ],
    [2, ['again', 'for the last time', 'mates 2 0', 'earlier p no', 'earlier c whether', 'first c asked']],
  ])('say of number %i what the others say', (at, cues) =>
    expect(cuesAt(thrice, at)).toEqual(expect.arrayContaining(cues)),
  );

  test.each<[string, boolean]>([
    ['C: A [fever]. / C: That [fever].', true],
    ['C: A [fever]. / U: That [fever].', true],
    ['C: A [fever]. / P: That [fever].', false],
    ['C: A [fever]. / O: That [fever].', false],
  ])("are the clinician's alone: %s %s", (dialogue, expected) => {
    const cues = cuesAt(dialogue, 0);
    expect(["the clinician's alone", "the clinician's alone stated"].map((cue) => cues.includes(cue))).toEqual([
      expected,
      expected,
    ]);
  });

  test('of a medicine also tell what stands before and after its last mention', () => {
    const cues = cuesAt('P: I take [+aspirin]. / C: Stop [+aspirin] today.', 0);
    expect(cues).toEqual(expect.arrayContaining(['last c before stop', 'last c after recent']));
    expect(cuesAt('P: I have [fever]. / C: Stop [fever] today.', 0)).not.toContain('last c before stop');
  });

  test('know what stands beside them, and on which side', () => {
    const cues = cuesAt('P: [cough], [fever], [rash].', 1, (all) => all.filter((_, at) => at !== 1));
    expect(cues.filter((cue) => /^(?:left|right)/.test(cue))).toEqual(['left ruled present', 'right ruled present']);
  });
});

describe('what is said of "it"', () => {
  /** The cues of the first mention; it ends at the second, if there is one. */
  function saidIn(dialogue: string): string[] {
    const { talk, mentions } = mentionsIn(dialogue);
    const [first, next] = mentions;
    if (!first) throw new Error('nothing is marked');
    return pronounCues(first, next?.entity.begin ?? Infinity, talk);
  }

  test.each<[string, string, string[]]>([
    ['is said of the medicine', "P: I take [+aspirin]. / C: Let's stop that.", ['it c stop']],
    ['is said in the same turn', 'P: I take [+aspirin]. I stopped it.', ['it p stop']],
    ['is said in the three turns after it', 'P: [+Aspirin]. / C: a. / P: b. / C: Stop it.', ['it c stop']],
  ])('%s', (_, dialogue, cues) => expect(saidIn(dialogue)).toEqual(expect.arrayContaining(cues)));

  test.each<[string, string]>([
    ['is not said in its own sentence', 'P: I stopped it, [+aspirin].'],
    ['needs the word', "P: I take [+aspirin]. / C: Let's stop."],
    ['ends with the next medicine', 'P: I take [+aspirin]. And [+ramipril]. / C: Stop that.'],
    ['ends after three turns', 'P: [+Aspirin]. / C: a. / P: b. / C: c. / P: Stop it.'],
    ['is of medicines alone', "P: I have [fever]. / C: Let's stop that."],
  ])('%s', (_, dialogue) => expect(saidIn(dialogue)).toEqual([]));

  test('is counted in code points', () => {
    expect(saidIn('P: 🤒🤒🤒🤒 [+aspirin]. It stopped. / C: 🙂🙂 No.')).toEqual(expect.arrayContaining(['it p stop']));
  });
});
