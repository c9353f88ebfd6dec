import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Bundle } from '@medplum/fhirtypes';

const root = join(import.meta.dirname, '../..');
const official = join(root, '../shared/corpus/icd10cm/icd10cm-fy2026.tsv.gz');
const codesIn = (text: string) => text.match(/\b[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?(?=[\t=])/g) ?? [];

/** The codes of the official table where it is there; else those of the stand-in's tables, from which all codes come. */
const known = new Set(
  codesIn(
    existsSync(official)
      ? gunzipSync(readFileSync(official)).toString()
      : readFileSync(join(root, 'local/lexicon/conditions.tsv'), 'utf8'),
  ),
);

/** The ICD-10-CM codes of a Bundle that are none. */
export function codeFaults(bundle: Bundle): string[] {
  const codes: string[] = [];
  const read = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { system, code } = value as { system?: unknown; code?: unknown };
    if (system === 'http://hl7.org/fhir/sid/icd-10-cm' && typeof code === 'string') codes.push(code);
    Object.values(value).forEach(read);
  };
  read(bundle);
  return codes.filter((code) => !known.has(code));
}
