import { listOf } from '../phrases.ts';
import { numberWords, readNumber, type SpokenNumber } from './spokenNumbers.ts';

/**
 * Writes the numbers of a value or a dose as a clinician does: "one sixty-eight over one hundred and two" is "168/102",
 * "two and a half milligrams" is "2.5 milligrams". Figures that are there stay, and so do words that may be another
 * number: "thirteen two" (13.2 or 13 and 2), "two or three hundred", "one twenty or thirty". A wrong figure is worse
 * than words.
 */
export function toFigures(words: string): string {
  let [written, read] = ['', 0];
  for (const chain of toChains(words)) {
    const isClear = chain.every((_, at) => isNumber(words, chain, at));
    for (const { begin, end, number } of chain) {
      written += words.slice(read, begin) + (isClear ? number?.figures : words.slice(begin, end));
      read = end;
    }
  }
  return (written + words.slice(read))
    .replaceAll(halfOf, '0.5 ')
    .replaceAll(pressure, toPressure)
    .replace(/^([1-4]) plus$/, '$1+')
    .replace(/ and$/i, '');
}

/** A number, or words that look like one. */
interface Piece {
  begin: number;
  end: number;
  number: SpokenNumber | undefined;
}

const word = `(?:(?:a[ -])?(?:hundred|thousand)|${numberWords.join('|')})\\b`;
const spoken = `\\b${word}(?:[ -](?:and[ -])?${word})*(?:[ -]and[ -]a[ -](?:half|quarter)\\b)?`;
const numbers = new RegExp(`\\d+(?:[.,]\\d+)*|${spoken}`, 'gi');

function toPieces(words: string): Piece[] {
  return Array.from(words.matchAll(numbers)).flatMap(({ 0: said, index }) => {
    const whole = toPiece(said, index);
    return whole.number ? [whole] : toParts(said, index);
  });
}

function toPiece(said: string, begin: number): Piece {
  const piece = { begin, end: begin + said.length };
  if (!/^\d/.test(said)) return { ...piece, number: readNumber(said.toLowerCase().split(/[ -]/)) };
  const value = Number(said.replaceAll(',', ''));
  return { ...piece, number: { figures: said, value, isShort: false, open: value > 100 ? [[value % 100, 100]] : [] } };
}

/** "Forty and fifty" are two numbers; "two hundred and three hundred" may be none of the two. */
function toParts(said: string, begin: number): Piece[] {
  let at = begin;
  const parts = said.split(/([ -]and[ -])/i).flatMap((part, n) => {
    at += part.length;
    return n % 2 === 0 ? [toPiece(part, at - part.length)] : [];
  });
  const isClear = parts.every(({ number }) => number) && !/(?:hundred|thousand)[ -]and[ -]/i.test(said);
  return isClear ? parts : [{ begin, end: begin + said.length, number: undefined }];
}

/** What may stand between two numbers of which one is a part of the other. */
const joint = /^(?:,? (?:to|or|and)|,) (?:(?:even|maybe|up to|about|around) )?$/i;

/** The numbers of a text, those together that may share their words: "three or four hundred", "sixty-two or three". */
function toChains(words: string): Piece[][] {
  const chains: Piece[][] = [];
  for (const piece of toPieces(words)) {
    const last = chains.at(-1)?.at(-1);
    if (last && joint.test(words.slice(last.end, piece.begin))) chains.at(-1)?.push(piece);
    else chains.push([piece]);
  }
  return chains;
}

function mayShare(one: SpokenNumber, next: SpokenNumber): boolean {
  const isCounted = next.factor !== undefined && one.factor === undefined && one.value < next.factor;
  const isTail = Number.isInteger(next.value) && next.factor === undefined;
  return isCounted || (isTail && one.open.some(([above, below]) => next.value > above && next.value < below));
}

const measure = `(?:${listOf`
  mgs?|milligram(?:me)?s?|mcg|microgram(?:me)?s?|grams?|grammes?|kilograms?|kilos?|kg|stone|pounds?|units?|iu
  mls?|mils?|millilit(?:re|er)s?|lit(?:re|er)s?|millimoles?|mmol|percent|per cent|centimet(?:re|er)s?|degrees?
`})\\b`;
const form = `(?:${listOf`
  tablets?|pills?|capsules?|caplets?|puffs?|drops?|sprays?|squirts?|sachets?|patch(?:es)?|teaspoons?|tablespoons?
  spoonfuls?|injections?|doses?|lozenges?|suppositor(?:y|ies)|pessar(?:y|ies)|ampoules?|vials?|plus
`})\\b`;
const counted = new RegExp(`^[ -](?:${measure}|${form})`, 'i');
/** "Two forty milligram tablets" are two of 40 milligrams; the singular alone says the same. */
const ofTablets = new RegExp(`^[ -](?:(?:${measure}[ -])?${form}|(?:milli|micro)?gram(?:me)?\\b)`, 'i');
const halfOf = new RegExp(`(?<!\\b(?:and|a|one|\\d)[ -])(?:a )?half(?: an?)? (?=${measure})`, 'gi');

/** What makes another thing of the number before it: "two thirds", "two hundreds", "twenty first", "two's". */
const alters = new RegExp(
  `^(?:['’]|[ -](?:${listOf`
    \d|hal(?:f|ves)|quarters?|thirds?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|first|second
    hundreds|thousands|millions?|billions?|dozens?
  `})\\b)`,
  'i',
);
const isAltered = /(?:\d[ -]|\bhalf[ -])$/i;
/** "Point four" is a number where nothing else can end in "point". */
const mayBePoint = /(?:^|\b(?:to|or|and|over|by|under|below|above|than|about|around|of|minus|,) )$/i;

/** Whether a piece of a chain is a number where it stands, and no other one. */
function isNumber(words: string, chain: readonly Piece[], at: number): boolean {
  const [piece, next] = [chain[at], chain[at + 1]];
  if (!piece?.number || (next?.number && mayShare(piece.number, next.number))) return false;
  const said = words.slice(piece.begin, piece.end);
  const [before, after] = [words.slice(0, piece.begin), words.slice(piece.end)];
  if (alters.test(after) || isAltered.test(before)) return false;
  if (/^point/i.test(said)) return mayBePoint.test(before);
  // "One of them", "that one": only what is counted, or said beside another number, says that it is one.
  if (/^one$/i.test(said)) return chain.length > 1 || counted.test(after);
  return !(piece.number.isShort && ofTablets.test(after));
}

const pressure =
  /(?<![\d.,/-]|\d )\b(\d{2,3}) (?:over|by) (\d{2,3})\b(?![.,/]?\d|-|\s(?:cm|centimet|inch|feet|something))/gi;

/** "168 over 102" is a blood pressure by its figures; "3 by 4" and "60 over 2" are none. */
function toPressure(said: string, systolic: string, diastolic: string): string {
  const [high, low] = [Number(systolic), Number(diastolic)];
  const isPressure = high >= 60 && high <= 280 && low >= 30 && low <= 160 && high > low;
  return isPressure ? `${systolic}/${diastolic}` : said;
}
