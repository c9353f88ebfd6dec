/** Substances that are a test only where they are measured: "potassium is 5.4" is one, "take your iron" is not. */
import { listOf } from '../../pipeline/phrases.ts';
import type { Entry } from './lexicon.ts';
import { findResult } from './measures.ts';
import { sentenceBefore } from './tokens.ts';
import type { Document, Span } from './tokens.ts';

/** Elements, which are in food and in the body too: a medicine only where they are taken. */
const element = /^(?:iron|calcium|magnesium|zinc|potassium|folate)$/;
const measured = endingWith(listOf`
  (?:check|checks|checked|checking|recheck\w*|repeat\w*|retest\w*|measur\w*|monitor\w*)WORDS
  (?:test|tests|tested|testing)(?: for)?WORDS|(?:levels?|results?) (?:of|for)WORDS|bloods? (?:for|is|:|,)WORDS
  a trace of|how(?:'s|'re| is| are| was| were| have| has)WORDS
`);
const taken = endingWith(listOf`
  (?:take|takes|taking|took|taken|start\w*|stop\w*|prescribe\w*|given|give|gave)WORDS
  (?:on|some|extra|more|plus|with) (?:the|your|my|some|extra)?
`);
const named = new RegExp(
  `^ (?:${listOf`
    (?:levels?|results?|readings?|numbers?|counts?|checks?|tests?|checked|rechecked|tested|measured|repeated)
    (?:[^ .?!,;\n]+ ){0,4}?(?:up|down|off|better|worse|climbing|dropping|perfect|on the (?:low|high|lower|higher) side)
  `}) `,
);
/** Somebody's own sugar is in the blood; what is in tea is not owned. */
const bloodSugar =
  / (?:(?:my|your|his|her|their|morning|evening|fasting) sugars?|the sugars|sugars (?:are|have|were)) /;
const joint = /^(?:and|,|plus)$/;

/** Whether a test that is one without a measurement has a name that begins or ends at a token. */
export type IsTest = (token: number) => boolean;

/** The things that a name can be where it stands, of which one may be a test that has to be measured. */
export function asMeasured(
  document: Document,
  span: Span,
  entries: readonly Entry[],
  isTest: IsTest,
): readonly Entry[] {
  const test = entries.find(isOnlyMeasured);
  if (test === undefined) return entries;
  if (isMeasured(document, span, isTest)) return [test];
  const isFood =
    element.test(document.tokens[span.last]?.text ?? '') && !taken.test(sentenceBefore(document, span, 60));
  return isFood ? [] : entries.filter((entry) => !isOnlyMeasured(entry));
}

export function isOnlyMeasured(entry: Entry): boolean {
  return entry.type === 'test' && entry.when === 'measured';
}

function isMeasured(document: Document, span: Span, isTest: IsTest): boolean {
  const { flow, starts, tokens } = document;
  const next = (starts[span.last + 1] ?? flow.length) - 1;
  if (named.test(flow.slice(next, next + 40)) || measured.test(sentenceBefore(document, span, 60))) return true;
  const words = flow.slice((starts[span.first - 1] ?? 1) - 1, starts[span.last + 2]);
  if (bloodSugar.test(words)) return true;
  const isJoint = (at: number): boolean => joint.test(tokens[at]?.text ?? '');
  const before = isJoint(span.first - 2) ? span.first - 3 : span.first - 2;
  const behind = isJoint(span.last + 2) ? span.last + 3 : span.last + 2;
  const isListed = (isJoint(span.first - 1) && isTest(before)) || (isJoint(span.last + 1) && isTest(behind));
  return isListed || findResult(document, span).length > 0;
}

/** A pattern for the flow before a word; WORDS stands for up to four words in between. */
function endingWith(source: string): RegExp {
  return new RegExp(` (?:${source.replaceAll('WORDS', '(?: [^ .?!;\\n]+){0,4}')}) $`);
}
