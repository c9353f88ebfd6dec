import { type Consultation, toConsultation } from '../../pipeline/clinical/consultation.ts';
import { formatCodeTable, parseCodeTable } from '../../pipeline/clinical/icd10cm.ts';
import { toEntities } from '../../pipeline/clinical/merge.ts';
import { answer, type ServiceEntity } from './answers.ts';
import type { Line } from './jobResults.ts';
import { spanOf, transcriptOf } from './transcriptOf.ts';
import { byRules } from './byRules.ts';

/** The codes that `table: true` knows. */
const rows = [
  { code: 'R05', billable: false, description: 'Cough' },
  { code: 'R05.9', billable: true, description: 'Cough, unspecified' },
];

/**
 * The consultation of a dialogue in which the service found the words in brackets: `[ramipril]` is an entity,
 * `[5 mg|DOSAGE]` an attribute of the one before. `C:` begins a line of the clinician's, `P:` one of the patient's.
 */
export async function consult(lines: readonly string[], options: Options = {}): Promise<Consultation> {
  const { consultation } = await documentsOf(lines, options);
  return consultation;
}

interface Options {
  category?: string;
  type?: string;
  codes?: object;
  table?: boolean;
}

/** All that the pipeline writes of the dialogue. */
export async function documentsOf(
  lines: readonly string[],
  { category = 'MEDICATION', type = 'GENERIC_NAME', codes = {}, table = false }: Options = {},
) {
  const said = lines.map(
    (line): Line => [line.startsWith('C:') ? 0 : 1, line.slice(3).replaceAll(/\[([^|\]]+)[^\]]*\]/g, '$1')],
  );
  const transcript = transcriptOf(said);
  const entities: ServiceEntity[] = [];
  const seen = new Map<string, number>();
  for (const [, words = '', kind] of lines.join('\n').matchAll(/\[([^|\]]+)(?:\|(\w+))?\]/g)) {
    const nth = (seen.get(words) ?? 0) + 1;
    seen.set(words, nth);
    const { begin, end, text } = spanOf(transcript, words, nth);
    const span = { BeginOffset: begin, EndOffset: end, Text: text, Score: 0.9 };
    if (kind)
      entities.at(-1)?.Attributes?.push({ ...span, Type: kind, RelationshipType: kind, RelationshipScore: 0.9 });
    else {
      const given = (codes as Record<string, string | string[]>)[words];
      const code = Array.isArray(given) ? given[nth - 1] : given;
      const concepts = code ? { ICD10CMConcepts: [{ Code: code, Description: words, Score: 0.9 }] } : {};
      entities.push({ ...span, Category: category, Type: type, Attributes: [], ...concepts });
    }
  }
  const answers = [answer(transcript, 'InferRxNorm', entities)];
  const codeTable = table ? parseCodeTable(formatCodeTable('FY2026', rows)) : undefined;
  const document = await toEntities(transcript, answers, [], codeTable, byRules);
  const consultation = toConsultation(transcript, document, { coded: true, icd10cm: codeTable?.release ?? null });
  return { transcript, entities: document, consultation };
}
