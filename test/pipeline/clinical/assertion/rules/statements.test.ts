import { expect, test } from 'vitest';
import type { Decision } from '../../../../../pipeline/clinical/assertion/rules/stated.ts';
import { readStatement } from '../../../../../pipeline/clinical/assertion/rules/statements.ts';
import { statedIn } from '../../../marked.ts';

/** Two rules could decide each of these: the first of them in the list does. */
test.each<[string, Decision]>([
  ["P: I'm worried it's my mother's [cancer].", ['possible', 'feared']],
  ["P: I hope it's no [cancer].", ['possible', 'hoped-for']],
  ['P: No [pregnancy] test was negative.', ['absent', 'negative-test']],
  ['P: My mother had [asthma] as a child.', ['family', 'of-somebody-else']],
  ["P: I stopped the [+aspirin], I'm allergic to it.", ['possible', 'allergy']],
  ['P: I used to take [+aspirin].', ['historical', 'stopped']],
  ['P: I had no [asthma] as a child.', ['historical', 'in-the-past']],
  ['P: No [asthma] was ruled out.', ['absent', 'excluded']],
  ['C: If there is no [fever], come back.', ['absent', 'denied']],
  ["C: You don't need [+aspirin], I'll give you something else.", ['absent', 'advised-against']],
])('%s %j', (line, decision) => expect(readStatement(statedIn(line))).toEqual(decision));

test.each(['P: I have [asthma].', 'C: You have [asthma].', 'P: I take [+ramipril].', 'C: This is an [#ECG].'])(
  '%s says no more than that it is there',
  (line) => expect(readStatement(statedIn(line))).toBeUndefined(),
);
