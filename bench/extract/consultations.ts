import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LexiconEngine } from '../../local/services/comprehendMedical/engine.ts';
import { type Consultation, toConsultation } from '../../pipeline/clinical/consultation.ts';
import type { Finding } from '../../pipeline/clinical/finding.ts';
import { toEntities } from '../../pipeline/clinical/merge.ts';
import type { CodeTable } from '../../pipeline/clinical/icd10cm.ts';
import { toTranscript } from '../../pipeline/transcript/normalize.ts';
import { toAnswers } from '../consultations/documents.ts';
import type { Figure } from '../figures.ts';
import type { Fact } from './noteFacts.ts';
import { halves, percent } from './score.ts';

const conditionLists = ['problems', 'ruledOut', 'familyHistory', 'pastHistory', 'possible'] as const;
/** The list in which a fact of the note belongs. */
const homes = { present: 'problems', absent: 'ruledOut' } as const;

/** A consultation's findings as the record lists them, beside the facts of its note. */
export interface Noted {
  id: string;
  facts: readonly Fact[];
  findings: readonly { list: string; code: string; words: string; isMedicine: boolean }[];
}

/** Reads the job results of a folder with speaker labels, and takes each through the pipeline's documents. */
export async function readNoted(
  folder: string,
  facts: ReadonlyMap<string, Fact[]>,
  engine: LexiconEngine,
  codeTable?: CodeTable,
): Promise<Noted[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.speaker.json')).sort();
  const noted: Noted[] = [];
  for (const file of files) {
    const id = file.replace('.speaker.json', '');
    const job: unknown = JSON.parse(await readFile(join(folder, file), 'utf8'));
    const consultation = await consult(id, job, engine, codeTable);
    noted.push({ id, facts: facts.get(id) ?? [], findings: findingsOf(consultation) });
  }
  return noted;
}

async function consult(id: string, job: unknown, engine: LexiconEngine, codeTable?: CodeTable): Promise<Consultation> {
  const transcript = toTranscript(job, {
    recordingId: id,
    meetingId: id,
    appointmentId: null,
    language: 'en-GB',
    engine: 'transcribe',
    durationMs: 24 * 3_600_000,
  });
  const entities = await toEntities(transcript, toAnswers(transcript, engine), [], codeTable);
  return toConsultation(transcript, entities, { coded: true, icd10cm: codeTable?.release ?? null });
}

function findingsOf(consultation: Consultation): Noted['findings'] {
  return [...conditionLists, 'medications' as const].flatMap((list) =>
    consultation[list].map(({ label, codes }: Finding) => {
      const best = codes[0];
      const isMedicine = list === 'medications' || best?.system === 'RxNorm';
      const code = best?.system === 'ICD-10-CM' ? best.code : '';
      return { list, code, words: `${label} ${best?.description ?? ''}`, isMedicine };
    }),
  );
}

/**
 * How much of the notes the record has, how much of the record the notes have, and how far they agree, for each half.
 */
export function consultationFigures(noted: readonly Noted[], engineName: string): Figure[] {
  return halves(noted).flatMap(([half, own]) => {
    const name = `consultations, ${half}, ${engineName}`;
    const matches = own.flatMap(toMatches);
    return [
      recallFigure(name, own, matches),
      precisionFigure(name, own),
      agreementFigure(`${name}, negated facts ruled out`, matches, 'absent', 'problems'),
      agreementFigure(`${name}, present facts as problems`, matches, 'present', 'ruledOut'),
    ];
  });
}

/** A fact, and the lists that have a finding about it. */
interface Match {
  fact: Fact;
  lists: string[];
}

function toMatches({ facts, findings }: Noted): Match[] {
  return facts.map((fact) => ({
    fact,
    lists: findings.filter((finding) => fact.matches(finding)).map(({ list }) => list),
  }));
}

function recallFigure(name: string, noted: readonly Noted[], matches: readonly Match[]): Figure {
  const found = matches.filter(({ lists }) => lists.length > 0).length;
  return {
    name: `${name}, recall of facts`,
    value: percent(found, matches.length),
    unit: '%',
    how: `${noted.length} consultations: ${found} of ${matches.length} facts taken by hand from the clinicians' notes are findings, in any list`,
  };
}

function precisionFigure(name: string, noted: readonly Noted[]): Figure {
  const supported = noted.flatMap(({ facts, findings }) =>
    findings
      .filter(({ code, isMedicine }) => code !== '' || isMedicine)
      .map((finding) => facts.some((fact) => fact.matches(finding))),
  );
  const right = supported.filter(Boolean).length;
  return {
    name: `${name}, precision`,
    value: percent(right, supported.length),
    unit: '%',
    how: `${noted.length} consultations: ${right} of ${supported.length} coded conditions and medicines are in the note; notes leave things out, so this is a lower bound`,
  };
}

/**
 * The share of the found facts with this status that are where they belong. `opposite` is the list that denies them.
 */
function agreementFigure(
  name: string,
  matches: readonly Match[],
  status: keyof typeof homes,
  opposite: string,
): Figure {
  const told = matches.filter(({ fact, lists }) => fact.status === status && lists.length > 0);
  const others = told.filter(({ lists }) => !lists.includes(homes[status]));
  const contradicted = others.filter(({ lists }) => lists.includes(opposite)).length;
  const agreed = told.length - others.length;
  return {
    name,
    value: percent(agreed, told.length),
    unit: '%',
    how: `${agreed} of ${told.length} found facts that the note calls ${status}; ${contradicted} are under ${opposite} only`,
  };
}
