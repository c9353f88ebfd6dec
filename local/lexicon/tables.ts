/** Reads the five tables of the lexicon. A line that does not have the form its header describes stops the load. */

export interface Concept {
  code: string;
  description: string;
}

export type ConditionKind = 'diagnosis' | 'symptom' | 'sign';
export type TestType = 'TEST_NAME' | 'PROCEDURE_NAME' | 'TREATMENT_NAME';
/** "Potassium" is a test where it is measured, "a podiatrist" a treatment where somebody is sent to one. */
export type When = 'always' | 'measured' | 'visited';

/** The texts of conditions.tsv, medicines.tsv, tests.tsv, anatomy.tsv and snomed.tsv. */
export interface LexiconTables {
  conditions: string;
  medicines: string;
  tests: string;
  anatomy: string;
  snomed: string;
}

export interface ConditionRow {
  kind: ConditionKind;
  names: string[];
  concepts: Concept[];
  sites: (readonly [site: string, concept: Concept])[];
}

export function parseConditions(text: string): ConditionRow[] {
  return rows(text).map(([kind = '', codes = '', names = '', sites = '']) => ({
    kind: oneOf(['diagnosis', 'symptom', 'sign'], kind),
    names: list(names),
    concepts: split(codes, /;(?=[A-Z](?:\d[\dA-Z]|[A-Z]\d)[.=])/).map(toConcept),
    sites: split(sites, /;(?=[^;=]+=[A-Z](?:\d[\dA-Z]|[A-Z]\d)[.=])/).map((part) => {
      const cut = part.indexOf('=');
      return [part.slice(0, cut), toConcept(part.slice(cut + 1))] as const;
    }),
  }));
}

/** A brand without an RxCUI of its own has the concept of its generic; a class of medicines has none. */
export function parseMedicines(text: string): { brand: boolean; names: string[]; concepts: Concept[] }[] {
  const parsed = rows(text).map(([rxcui = '', kind = '', names = '', generic = '']) => ({
    rxcui,
    brand: oneOf(['generic', 'brand'], kind) === 'brand',
    names: list(names),
    generic,
  }));
  const generics = new Map(parsed.filter(({ brand }) => !brand).flatMap((row) => row.names.map((name) => [name, row])));
  return parsed.map((row) => {
    const coded = row.rxcui === '' ? generics.get(row.generic) : row;
    const concepts = coded && coded.rxcui !== '' ? [{ code: coded.rxcui, description: coded.names[0] ?? '' }] : [];
    return { brand: row.brand, names: row.names, concepts };
  });
}

export function parseTests(text: string): { test: TestType; names: string[]; when: When }[] {
  return rows(text).map(([type = '', names = '', when = 'always']) => ({
    test: oneOf(['TEST_NAME', 'PROCEDURE_NAME', 'TREATMENT_NAME'], type),
    names: list(names),
    when: oneOf(['always', 'measured', 'visited'], when),
  }));
}

export function parseAnatomy(text: string): { names: string[]; adjectives: string[] }[] {
  return rows(text).map(([names = '', adjectives = '']) => ({
    names: list(names),
    adjectives: split(adjectives, /\|/),
  }));
}

/** The concepts of SNOMED CT by the ICD-10-CM code of a condition. */
export function parseSnomed(text: string): ReadonlyMap<string, Concept> {
  return new Map(
    rows(text).map(([icd10cm = '', code = '', description = '']) => {
      if (!/^\d{6,18}$/.test(code) || description === '')
        throw new Error(`not a concept and its term in the lexicon: ${code} ${description}`);
      return [icd10cm, { code, description }];
    }),
  );
}

function rows(text: string): string[][] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line) => line.split('\t').map((cell) => cell.trim()));
}

function list(cell: string): string[] {
  const names = split(cell, /\|/);
  if (names.length === 0) throw new Error('a line of the lexicon has no names');
  return names;
}

function split(cell: string, separator: RegExp): string[] {
  return cell
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function toConcept(text: string): Concept {
  const [, code, description] = /^([A-Z](?:\d[\dA-Z]|[A-Z]\d)(?:\.[\dA-Z]{1,4})?)=(.+)$/.exec(text.trim()) ?? [];
  if (code === undefined || description === undefined) throw new Error(`not CODE=Description in the lexicon: ${text}`);
  return { code, description };
}

function oneOf<Name extends string>(names: readonly Name[], value: string): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw new Error(`not one of ${names.join(', ')} in the lexicon: ${value}`);
  return found;
}
