import { describe, expect, test } from 'vitest';
import { openingOf, replyCues } from '../../../../../pipeline/clinical/assertion/cues/reply.ts';
import { mentionsIn } from '../../../marked.ts';

test.each<[string, ReturnType<typeof openingOf>]>([
  ['Yes.', 'yes'],
  ['Um, well, I do, at night.', 'yes'],
  ['Yes, but not today.', 'yes but'],
  ['No.', 'no'],
  ["I haven't had it.", 'no'],
  ['No, only at night.', 'no but'],
  ['Penicillin.', 'short'],
  ['The left knee hurts.', 'other'],
  ['Noah came to see me.', 'other'],
  ['', 'short'],
])('%s: %s', (answer, opening) => expect(openingOf(answer)).toBe(opening));

/** The cues of the mention at this place; all that are marked stand in its sentence. */
function cuesIn(dialogue: string, at = 0): string[] {
  const { talk, mentions } = mentionsIn(dialogue);
  const [own, sentence] = [mentions[at], mentions.filter((one) => one.turn === mentions[at]?.turn)];
  if (!own) throw new Error('nothing is marked');
  return replyCues(own, sentence, talk);
}

describe('what is asked', () => {
  test.each<[string, number, string[]]>([
    ['C: Any [fever]?', 0, ['items 1', 'item last', 'asked with 0 others', 'ask any fever']],
    ['C: Any [fever], [cough] or [rash]?', 0, ['items 3', 'item first', 'asked with 2 others']],
    ['C: Any [fever], [cough] or [rash]?', 1, ['item between']],
    ['C: Any [fever], [cough] or [rash]?', 2, ['item last']],
    ['C: Where is the [pain]?', 0, ['asked openly', 'asked as known']],
    ['C: Hello? Any [fever]? Any pain?', 0, ['asked before another question', 'asked after another question']],
  ])('%s (%i)', (dialogue, at, cues) => expect(cuesIn(dialogue, at)).toEqual(expect.arrayContaining(cues)));

  test('alone and of something new has no such cue', () => {
    const cues = cuesIn('C: Any [fever]?');
    expect(cues.filter((cue) => /another question|openly|as known/.test(cue))).toEqual([]);
  });
});

describe('what the reply takes up', () => {
  test.each<[string, number, string[]]>([
    ['C: Any [fever]? / P: No.', 0, ['no echo', 'no echo no', 'asked answered no', 'reply of 1']],
    ['C: Any [fever] or [cough]? / P: A cough, yes.', 0, ['other echoed', 'other echoed plain']],
    [
      'C: Any [fever] or [cough]? / P: A cough, yes.',
      1,
      ['echo plain', 'echo then yes', 'echo before a', 'echo ends ,'],
    ],
    ['C: Any [wheezing]? / P: I was wheezy once.', 0, ['echo over', 'echo after once']],
    ['C: Any [fever] or [cough]? / P: No fever but a cough.', 0, ['echo no', 'echo then plain']],
    ['C: Any [fever] or [cough]? / P: No fever but a cough.', 1, ['echo plain', 'echo after no', 'echo no, plain']],
  ])('%s (%i)', (dialogue, at, cues) => expect(cuesIn(dialogue, at)).toEqual(expect.arrayContaining(cues)));
});

describe('the reply', () => {
  test('may be spread over turns, past a "Mm." of who asked', () => {
    const cues = cuesIn('C: Any [fever]? / P: Well. / C: Mm. / P: No fever.');
    expect(cues).toEqual(expect.arrayContaining(['asked answered short', 'asked then answered no', 'echo no']));
  });

  test('ends where who asked goes on to something else', () => {
    const cues = cuesIn('C: Any [fever]? / P: No. / C: And what is it with your left knee? / P: Yes, fever.');
    expect(cues).toEqual(expect.arrayContaining(['asked then answered other', 'no echo']));
  });

  test('to what is stated is only how it begins', () => {
    expect(cuesIn('P: I have [fever]. / C: Yes, I see.')).toEqual(['patientStated answered yes']);
    expect(cuesIn('P: I have [fever].')).toEqual(['patientStated answered short']);
  });
});
