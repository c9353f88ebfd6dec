/** "Mr. Cough", "Dr. Stroke", "my name is Payne": the names of people, who may be called anything. */
import { wholeToken } from './tokens.ts';
import type { Document, Span } from './tokens.ts';

/** Always before a name, whatever its first letter. */
const title = wholeToken('mr|mrs|ms|mx');
const shortened = wholeToken('mr|mrs|ms|mx|dr|prof|st');
/** Before a name, or on their own: only a capital shows that a name follows. */
const calling = wholeToken(
  'miss|dr|doctor|prof|professor|nurse|sister|sir|uncle|aunt|auntie|dame|lady|lord|matron|pastor',
);
const naming =
  /(?: (?:my|his|her|the|your) (?:(?:first|last|middle|full|sur)? ?name|surname)(?: is|'s)?| name's| called| named) $/;

/** Whether the words of a span are the name of a person. */
export function isName({ tokens, flow, starts }: Document, { first, last }: Span): boolean {
  const word = (at: number): string => tokens[at]?.text ?? '';
  const before = word(first - 1) === '.' && shortened.test(word(first - 2)) ? first - 2 : first - 1;
  if (title.test(word(before))) return true;
  const isCapital = /^\p{Lu}\p{Ll}/u.test(tokens[first]?.written ?? '');
  if (!isCapital || last > first) return false;
  const from = starts[first] ?? 0;
  return calling.test(word(before)) || naming.test(flow.slice(Math.max(0, from - 30), from));
}
