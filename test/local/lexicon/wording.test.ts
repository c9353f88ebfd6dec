import { expect, test } from 'vitest';
import { conditionsIn, detect } from './reading.ts';

test.each<[string, string[]]>([
  // The verb, pronoun or article that a name was said with is no part of the finding.
  ['my dad had the, um, the stents', ['stents Z95.5 PERTAINS_TO_FAMILY']],
  ['have you lost any weight', ['lost any weight R63.4']],
  ['he had a fall', ['fall W19.XXXA']],
  ['my elbow feels a bit sore', ['elbow feels a bit sore M25.529']],
  ['it is quite sore', ['sore R52']],
  // A possessive is not, unless it is in the name.
  ["the asthma's worse", ['asthma J45.909']],
  ['the Crohn’s is worse', ['Crohn’s K50.90']],
  // Words that speech strews into a name.
  ["I can't really hear very well", ["can't really hear very well H91.90"]],
  ["the light's really hurting my eyes", ["light's really hurting my eyes H53.149"]],
  // The letter of a type is no article, and an article no letter.
  ['hepatitis A and hepatitis B', ['hepatitis A B15.9', 'hepatitis B B18.1']],
  ['she had hepatitis a long time back', ['hepatitis K75.9']],
  ['group B strep, vitamin D deficiency', ['group B strep Z22.330', 'vitamin D deficiency E55.9']],
  // One stem, two conditions.
  ['HIV, and hives', ['HIV Z21', 'hives L50.9']],
])('%s', (text, expected) => {
  expect(conditionsIn(text)).toEqual(expected);
});

test('a test ends before its verb, in offsets too', () => {
  const [found] = detect("my blood pressure's been up");
  expect([found?.Text, found?.BeginOffset, found?.EndOffset]).toEqual(['blood pressure', 3, 17]);
});
