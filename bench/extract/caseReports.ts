import { readFile } from 'node:fs/promises';
import type { LexiconEngine } from '../../local/services/comprehendMedical/engine.ts';
import type { ServiceAnswer } from '../../pipeline/clinical/extraction.ts';
import type { Figure } from '../figures.ts';
import { compare, halves, percent, sum } from './score.ts';

export interface CaseReport {
  text: string;
  /** The codes that professional coders gave the text. */
  codes: string[];
}

/** The coders' codes of a report, and the engine's: the best concept of each mention, and all of them. */
interface Coded {
  wanted: string[];
  best: string[];
  any: string[];
}

/**
 * Traits of findings that the coders gave no code: those that are feared or the family's. A denied one got its code.
 */
const uncoded = new Set(['HYPOTHETICAL', 'PERTAINS_TO_FAMILY']);

const levels: readonly (readonly [name: string, key: (code: string) => string])[] = [
  ['code', (code) => code],
  ['category', (code) => code.slice(0, 3)],
];

export async function readCaseReports(path: string): Promise<CaseReport[]> {
  return JSON.parse(await readFile(path, 'utf8')) as CaseReport[];
}

/** Codes of case reports against those of coders, by code and by category, for each half of the reports. */
export function caseReportFigures(reports: readonly CaseReport[], engine: LexiconEngine, engineName: string): Figure[] {
  return halves(reports).flatMap(([half, own]) => {
    const coded = own.map((report) => toCoded(engine, report));
    return levels.flatMap(([level, key]) => toFigures(`case reports, ${half}, ${engineName}, ${level}`, coded, key));
  });
}

function toFigures(name: string, coded: readonly Coded[], key: (code: string) => string): Figure[] {
  const best = sum(coded.map((one) => compare(one.wanted, one.best, key)));
  const any = sum(coded.map((one) => compare(one.wanted, one.any, key)));
  const on = `${coded.length} reports`;
  return [
    {
      name: `${name} recall`,
      value: percent(best.found, best.wanted),
      unit: '%',
      how: `${on}: ${best.found} of ${best.wanted} found by the best concept; ${percent(any.found, any.wanted).toFixed(1)} % by any of five`,
    },
    {
      name: `${name} precision`,
      value: percent(best.right, best.given),
      unit: '%',
      how: `${on}: ${best.right} of ${best.given} best concepts are right; what coders left out counts as wrong`,
    },
  ];
}

function toCoded(engine: LexiconEngine, { text, codes: wanted }: CaseReport): Coded {
  const { Entities = [] } = engine.inferIcd10cm(text) as ServiceAnswer;
  const own = Entities.filter(({ Traits = [] }) => !Traits.some(({ Name = '' }) => uncoded.has(Name)));
  const codes = own.map(({ ICD10CMConcepts = [] }) =>
    ICD10CMConcepts.flatMap(({ Code }) => (Code ? [asCodedThen(wanted, Code)] : [])),
  );
  return { wanted, best: codes.flatMap((list) => list.slice(0, 1)), any: codes.flat() };
}

/** The reports were coded years ago: any code below one that has been divided since counts as that one. */
function asCodedThen(wanted: readonly string[], code: string): string {
  return wanted.includes(code) ? code : (wanted.find((header) => code.startsWith(header)) ?? code);
}
