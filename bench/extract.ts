import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readRows } from '../local/commands/icd10cm.ts';
import { loadEngine } from '../local/lexicon/engine.ts';
import { readPlain } from '../pipeline/edge/icd10cm.ts';
import { type CodeTable, formatCodeTable, parseCodeTable } from '../pipeline/clinical/icd10cm.ts';
import { caseReportFigures, readCaseReports } from './extract/caseReports.ts';
import { consultationFigures, readNoted } from './extract/consultations.ts';
import { readNoteFacts } from './extract/noteFacts.ts';
import type { Figure, Skipped } from './figures.ts';

const defaultCorpus = join(import.meta.dirname, '../../shared/corpus');

/**
 * Compares what the embedded stack's lexicon finds with what people found in the same texts: coders in case reports,
 * clinicians in mock consultations. This says nothing about Comprehend Medical, which the lexicon only stands in for.
 * `corpus` is the folder that holds the texts; without it nothing is measured.
 */
export async function extract(corpus: string = defaultCorpus): Promise<Figure[] | Skipped> {
  const reportsFile = join(corpus, 'codiesp/dev40.json');
  const consultationsFolder = join(corpus, 'primock57');
  const tableFile = join(corpus, 'icd10cm/icd10cm-fy2026.tsv.gz');
  const missing = [reportsFile, consultationsFolder, tableFile].find((path) => !existsSync(path));
  if (missing !== undefined) return { skipped: `${relative(process.cwd(), missing)} is missing` };
  const reports = await readCaseReports(reportsFile);
  const facts = readNoteFacts();
  const figures: Figure[] = [];
  for (const [name, codeTable] of [
    ['lexicon', undefined] as const,
    ['with table', await readTable(tableFile)] as const,
  ]) {
    const engine = loadEngine(codeTable === undefined ? {} : { codeTable });
    figures.push(...caseReportFigures(reports, engine, name));
    figures.push(...consultationFigures(await readNoted(consultationsFolder, facts, engine, codeTable), name));
  }
  return figures;
}

async function readTable(path: string): Promise<CodeTable> {
  const rows = readRows((await readPlain(path)).toString('utf8'));
  return parseCodeTable(formatCodeTable('FY2026', rows));
}
