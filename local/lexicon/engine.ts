import { readFileSync } from 'node:fs';
import type { CodeTable } from '../../pipeline/clinical/icd10cm.ts';
import type { LexiconEngine } from '../services/comprehendMedical/engine.ts';
import { toDetectEntities, toIcd10cm, toRxNorm, toSnomedCt } from './answers.ts';
import type { ReadText } from './answers.ts';
import { readAssertions } from './assertions.ts';
import { bindAttributes } from './attributes.ts';
import { buildLexicon } from './lexicon.ts';
import { findMentions } from './mentions.ts';
import { type LexiconTables, parseSnomed } from './tables.ts';
import { readDocument } from './tokens.ts';

/**
 * Loads the lexicon that stands in for the models of Comprehend Medical: the same text always gets the same answer. Its
 * tables are the ones beside this file, unless `tables` gives others. With a `codeTable`, its year decides which codes
 * exist and what they are called, and its titles widen the lexicon. Throws when a table does not have the form that its
 * header describes.
 */
export function loadEngine(options: { codeTable?: CodeTable; tables?: Partial<LexiconTables> } = {}): LexiconEngine {
  const { tables = {}, codeTable } = options;
  const snomed = parseSnomed(tables.snomed ?? readTable('snomed'));
  const lexicon = buildLexicon(
    {
      conditions: tables.conditions ?? readTable('conditions'),
      medicines: tables.medicines ?? readTable('medicines'),
      tests: tables.tests ?? readTable('tests'),
      anatomy: tables.anatomy ?? readTable('anatomy'),
    },
    codeTable,
  );
  const read = (text: string): ReadText => {
    const document = readDocument(text);
    const reading = bindAttributes(document, findMentions(document, lexicon));
    return { document, assertions: readAssertions(document), ...reading };
  };
  return {
    detectEntitiesV2: (text) => toDetectEntities(read(text)),
    inferIcd10cm: (text) => toIcd10cm(read(text)),
    inferRxNorm: (text) => toRxNorm(read(text)),
    inferSnomedCt: (text) => toSnomedCt(read(text), snomed),
  };
}

function readTable(name: keyof LexiconTables): string {
  return readFileSync(new URL(`./${name}.tsv`, import.meta.url), 'utf8');
}
