import { describe, expect, test } from 'vitest';
import { ofSomebodyElse } from '../../../../../pipeline/clinical/assertion/rules/whose.ts';
import type { Decision } from '../../../../../pipeline/clinical/assertion/rules/stated.ts';
import { statedIn } from '../../../marked.ts';

const read = (dialogue: string, traits: string[] = []) => ofSomebodyElse(statedIn(dialogue, traits));

test.each<[string, Decision | undefined]>([
  ['P: My mother had [diabetes].', ['family', 'of-somebody-else']],
  ['P: My son had [chickenpox] last week.', ['family', 'of-somebody-else']],
  ['P: My wife says I have a [cough].', undefined],
  ["P: My wife thinks it's [gout].", undefined],
  ['P: [Asthma] runs in the family.', ['family', 'in-the-family']],
  ['P: [Diabetes], my mum has it.', ['family', 'of-somebody-else']],
  ['P: My mum died, so this [pain] frightens me.', undefined],
  ["P: I took one of my husband's [+tramadol].", undefined],
  ['P: It was her [asthma].', ['family', 'of-somebody-else']],
  ['C: So your father has [angina].', ['family', 'of-somebody-else']],
  ['C: So my father has [angina].', undefined],
  ['O: My daughter has a [fever].', undefined],
  ['O: My other daughter has a [fever].', ['family', 'of-somebody-else']],
  ['O: She has a [fever].', undefined],
  ['O: My husband has a [fever].', ['possible', 'unclear-whose']],
  ['O: I have a [fever].', ['family', 'of-companion']],
  ['P: I have a [fever].', undefined],
  ['U: This is a woman of fifty. She has [anemia].', undefined],
  ['U: Her sister has arthritis. Her iron is low. So she has [anemia].', undefined],
  ['P: My dad is not well. He has [angina].', ['family', 'of-relative']],
])('%s %j', (dialogue, decision) => expect(read(dialogue)).toEqual(decision));

test('the service may say so', () => {
  expect(read('P: A [fever].', ['PERTAINS_TO_FAMILY'])).toEqual(['family', 'family-trait']);
});

describe('what is said of somebody else', () => {
  test.each<[string, string, boolean]>([
    [
      'goes on over a listener',
      "P: My dad had trouble too. He's all right now, he's / C: Mm. / P: had the [stents].",
      true,
    ],
    ['goes on in the next sentence', 'P: It was my sister. She got [stents].', true],
    ['ends where the patient speaks of himself', 'P: My dad is fine. I got [stents].', false],
    ['ends with a sentence about himself', 'P: My dad is fine. I work. They got [stents].', false],
    ['needs a relative', 'P: The doctor was kind. He put in [stents].', false],
    [
      'ends where somebody else has the word',
      'P: My dad is fine. / C: And how was the surgeon at the hospital? / P: He put in [stents].',
      false,
    ],
    ['is the patient when a relative speaks', 'C: He got [stents].', false],
    ['may be of a relative of the relative', 'P: Her sister has arthritis. She has [gout].', false],
  ])('%s', (_, dialogue, isTheirs) => expect(read(dialogue)?.[0] === 'family').toBe(isTheirs));
});
