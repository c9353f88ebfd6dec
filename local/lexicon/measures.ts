/** Amounts and times as they are said: "two tablets three times a day", "140 over 90", "since last Monday". */
import { listOf } from '../../pipeline/phrases.ts';
import { findPhrases, phrase, tokensOf } from './tokens.ts';
import type { Document, Span } from './tokens.ts';

export type MeasureType =
  | 'STRENGTH'
  | 'DOSAGE'
  | 'FREQUENCY'
  | 'DURATION'
  | 'FORM'
  | 'ROUTE_OR_MODE'
  | 'AMOUNT'
  | 'TEST_VALUE'
  | 'TEST_UNIT'
  | 'TIME'
  | 'AGE'
  | 'DATE';

export interface Measure extends Span {
  type: MeasureType;
}

const small = listOf`
  one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve
  thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen
`;
const tens = 'twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand';
const digit = `(?:\\d+(?:[.,]\\d+)*|${small}|${tens})`;
const number = `(?:a )?${digit}(?: (?:(?:and|point|or|to) )?${digit}){0,4}(?: and a half)?`;
const vague = '(?:a couple(?: of)?|couple of|a few|few|several|half an?|half|an?)';
const count = `(?:${number}|${vague})`;
const period = `(?:${listOf`
  minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|years?|fortnights?|weekends?|evenings?|mornings?
`})`;
const mass = `(?:${listOf`
  mg|mgs|milligrams?|milligrammes?|mcg|micrograms?|microgrammes?|g|grams?|ml|mls|mils?|millilitres?|milliliters?
  iu|units?|%|percent
`})`;
const form = `(?:${listOf`
  tablets?|pills?|capsules?|caplets?|puffs?|drops?|sprays?|sachets?|patch(?:es)?|teaspoons?|spoonfuls?|tablespoons?
  injections?|doses?|lozenges?|suppositor(?:y|ies)|pessar(?:y|ies)|creams?|ointments?|gels?|syrups?|inhalers?|lotions?
`})`;
const weekday = '(?:mon|tues|wednes|thurs|fri|satur|sun)day';
const month = '(?:january|february|march|april|may|june|july|august|september|october|november|december)';
const ordinal = `(?:${listOf`
  \d{1,2} (?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth
  thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth
  twenty (?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirty first
`})`;
const often = `(?:once|twice|thrice|${number} times?|a (?:couple of|few) times|(?:one|two|three|four|\\d+) (?:times )?)`;
const about = `(?:${listOf`
  about|around|roughly|like|over|nearly|almost|maybe|the last|the past|last|past|at least|up to|the best part of
`})`;
const recently = `(?:${listOf`
  yesterday|the day before yesterday
  last (?:night|week|month|year|weekend|${weekday}|summer|winter|autumn|spring|christmas)
  this (?:morning|afternoon|evening|week|month|year)|the weekend|midday|mid day|noon|lunchtime|${weekday}
  christmas|new year|easter|childhood
`})`;

/** In this order: a token that one pattern has taken is not taken again. */
const patterns: readonly (readonly [MeasureType, string])[] = [
  ['AGE', `${number} (?:years?|months?|weeks?) olds?`],
  [
    'DATE',
    listOf`
      (?:the )?${ordinal} (?:of )?${month}(?: (?:\d{4}|nineteen \S+(?: ${digit})?))?
      ${month} (?:the )?(?:${ordinal}|\d{1,2})(?: \d{4})?
    `,
  ],
  [
    'AMOUNT',
    listOf`
      ${count} (?:cigarettes|fags|roll ups|packs?|packets?|pints?|glass(?:es)?|beers?|cans?|joints?|shots?|pack years)(?: of \w+)?(?: (?:a|per|every) (?:day|night|week))?
      ${count} units(?: of alcohol)? (?:a|per|every) (?:day|night|week)
    `,
  ],
  ['STRENGTH', `${number} ${mass}(?= (?:strength )?${form} )`],
  ['DOSAGE', `(?:${number} )${mass}|${count} (?:more )?${form}(?= )`],
  [
    'FREQUENCY',
    listOf`
      (?:up to )?${often}(?: a| per| each| every)? (?:day|daily|night|nightly|week|weekly|month)
      (?:up to )?(?:once|twice|${number} times) (?:daily|weekly|monthly)
      (?:once|twice|${number}) (?:a|per) (?:day|night|week|month)
      every (?:other |single )?(?:${count} )?(?:day|night|morning|evening|week|month|hours?|days?|weeks?|months?)
      (?:${listOf`
        as and when|as needed|as required|when needed|when required|if needed|prn|daily|nightly|weekly
        bd|tds|qds|od|bid|tid|qid|at night|at bedtime|before bed|in the morning|in the evening
        with (?:food|meals)|after meals|before meals|occasionally|regularly
      `})
    `,
  ],
  [
    'TIME',
    listOf`
      (?:for )?(?:${about} )*${count} (?:(?:more|good|odd) )?${period} (?:ago|back)
      since (?:${about} )*(?:${listOf`
        ${count} ${period} ago|${recently}|${month}|birth|i was (?:a )?(?:child|kid|little|young|born)|${ordinal}
      `})
    `,
  ],
  [
    'DURATION',
    listOf`
      (?:for|over|during) (?:${about} )*(?:the )?(?:${about} )*${count} (?:or ${number} )?${period}(?: now)?
      (?:for|over|during) the (?:last|past|next) ${period}
      for (?:ages|a while|a long time|(?:days|weeks|months|years)(?: now)?)
    `,
  ],
  [
    'TIME',
    listOf`
      (?:${about} )+${count} ${period}|(?:been|lasted|lasting) (?:${about} )*${count} ${period}
      ${count} ${period}(?= now )|(?:on |in )?${recently}|in ${month}
    `,
  ],
  [
    'ROUTE_OR_MODE',
    listOf`
      by mouth|orally|under (?:the|your|my|his|her) tongue|intravenous(?:ly)?|iv|injected|topically|subcutaneous(?:ly)?|into the muscle
      rectally|per rectum|nasally|inhaled
    `,
  ],
  ['FORM', form],
];

const gap = `(?:${listOf`
  is|was|were|are|of|at|reading|readings|came|come|out|back|result|results|about|around|roughly|has|have|had|been
  showing|shows|showed|reads|read|says|said|today|today's|this|morning|evening|,|it's|it|that's|a|an|the|just|only|bit
  slightly|very|quite|still|now|which|:|your|my|his|her|to|on|side|level|levels|count|ratio|running|sitting|looks|looking
  all|completely|perfectly|pretty|always|usually|mostly|stays|stayed|between|up|down
`})`;
/** A number that is not a part of a longer one, and no count of doses or days. */
const figure = `${number}(?! (?:${listOf`
  over|by|/|times?|tablets?|pills?|puffs?|weekly|daily|per|(?:(?:and|point) )?${digit}|${period}
`}) )`;
const value = `(?:${listOf`
  ${number} (?:over|by|/) ${number}|${figure}
  normal|high|low|raised|elevated|negative|positive|clear|abnormal|fine|borderline|stable|undetectable|unremarkable
  one plus|two plus|three plus|a trace|trace
`})`;
const unit = `(?:${listOf`
  millimetres of mercury|mm hg|mmhg|degrees(?: celsius| fahrenheit| centigrade)?|celsius|beats (?:a|per) minute|bpm
  kilos?|kilograms?|kg|stone|pounds|lbs|per cent|percent|%|mmol(?: / (?:l|mol))?|millimoles(?: per (?:litre|mole))?
  centimetres?|centimeters?|cm|breaths (?:a|per) minute|lit(?:re|er)s (?:a|per) minute
  (?:milli|micro)?grams?(?: (?:per|a) (?:deci|milli)?lit(?:re|er))?|mils?|millilit(?:re|er)s?
`})`;
const testResult = new RegExp(`^ (?:${gap} ){0,6}(${value})(?: (${unit}))?(?= )`);
/** "What was the peak flow?" "It was 380.": a figure that is the beginning of the answer. */
const answered = new RegExp(
  `^(?: [^ .?!\\n]+){0,4} \\? \\n (?:(?:it was|it's|it is|that was|about|around|roughly|yes|yeah|,) ){0,3}(${figure})(?: (${unit}))?(?= )`,
);

/** All measures of the text except the results of tests. None overlaps another or a token of `taken`. */
export function findMeasures(document: Document, taken: ReadonlySet<number>): Measure[] {
  const used = new Set(taken);
  const measures: Measure[] = [];
  for (const [type, pattern] of compiled) {
    for (const span of findPhrases(document, pattern)) {
      const tokens = tokensOf(span);
      if (tokens.some((token) => used.has(token))) continue;
      for (const token of tokens) used.add(token);
      measures.push({ type, ...span });
    }
  }
  return measures.sort((a, b) => a.first - b.first);
}

/** A test's result: its value and its unit, said right after it. */
export function findResult(document: Document, test: Span): Measure[] {
  const from = (document.starts[test.last + 1] ?? document.flow.length) - 1;
  const after = document.flow.slice(from, from + 160);
  const match = testResult.exec(after) ?? answered.exec(after);
  const said = match?.[1];
  if (match === null || said === undefined) return [];
  const first = test.last + wordsOf(match[0]) - wordsOf(said) - wordsOf(match[2] ?? '') + 1;
  const last = first + wordsOf(said) - 1;
  const result: Measure[] = [{ type: 'TEST_VALUE', first, last }];
  if (match[2] !== undefined) result.push({ type: 'TEST_UNIT', first: last + 1, last: last + wordsOf(match[2]) });
  return result;
}

const compiled = patterns.map(([type, source]) => [type, phrase(source)] as const);

function wordsOf(flow: string): number {
  return flow.trim() === '' ? 0 : flow.trim().split(' ').length;
}
