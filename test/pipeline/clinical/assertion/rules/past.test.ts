import { expect, test } from 'vitest';
import { isPast, longAgo } from '../../../../../pipeline/clinical/assertion/rules/past.ts';
import type { Decision } from '../../../../../pipeline/clinical/assertion/rules/stated.ts';
import { statedIn } from '../../../marked.ts';

test.each<[string, Decision | undefined]>([
  ['P: I had [asthma] as a child.', ['historical', 'in-the-past']],
  ['P: I used to get [migraines].', ['historical', 'in-the-past']],
  ["P: She's had [ear infections] before.", ['historical', 'in-the-past']],
  ['P: She never had [ear infections] before.', undefined],
  ["P: I've had [diabetes] for ten years.", undefined],
  ['P: The [pain] has gone.', ['historical', 'over']],
  ['P: The [pain] has gone to my arm.', undefined],
  ['P: The [bleeding] has nearly stopped.', undefined],
  ["P: I did have a bit of a [rash] but that's gone.", ['historical', 'over']],
  ["P: The [rash] had gone, now it's back.", undefined],
  ['P: A few months ago I started having [headaches].', undefined],
  ['P: I was diagnosed with [asthma] as a child.', undefined],
  ['P: I had [pneumonia] last year.', ['historical', 'in-the-past']],
  ['P: I had an [#ECG] last year.', undefined],
  ['P: I had the [#hysterectomy] last year.', ['historical', 'in-the-past']],
  ['P: I have [pain].', undefined],
])('%s %j', (line, decision) => expect(isPast(statedIn(line))).toEqual(decision));

test('the service may say so, unless it is back', () => {
  expect(isPast(statedIn('P: A [rash].', ['PAST_HISTORY']))).toEqual(['historical', 'history-trait']);
  expect(isPast(statedIn("P: The [rash], it's back.", ['PAST_HISTORY']))).toBeUndefined();
});

test.each([
  ['when I was about twelve', true],
  ['in 1998', true],
  ['when I was at the door', false],
  ['in a minute', false],
])('%s is long ago: %s', (text, expected) => expect(longAgo.test(text)).toBe(expected));
