/** The engine under test with its own tables, and its answers in the few words that a test compares. */
import { loadEngine } from '../../../local/lexicon/engine.ts';

export const engine = loadEngine();

export interface WireEntity {
  Id: number;
  BeginOffset: number;
  EndOffset: number;
  Score: number;
  Text: string;
  Category: string;
  Type: string;
  Traits: { Name: string; Score: number }[];
  Attributes: (Omit<WireEntity, 'Attributes'> & { RelationshipType: string; RelationshipScore: number })[];
  ICD10CMConcepts?: { Code: string; Description: string; Score: number }[];
  SNOMEDCTConcepts?: { Code: string; Description: string; Score: number }[];
  RxNormConcepts?: { Code: string; Description: string; Score: number }[];
}

/** The entities of an answer; the tests that check the shape itself do so field by field. */
export function entitiesOf(answer: Record<string, unknown>): WireEntity[] {
  return answer['Entities'] as WireEntity[];
}

export function detect(text: string): WireEntity[] {
  return entitiesOf(engine.detectEntitiesV2(text));
}

/** The conditions of a text, one line each: `text CODE [TRAITS]`, from both operations; kind traits left out. */
export function conditionsIn(text: string): string[] {
  const coded = new Map(entitiesOf(engine.inferIcd10cm(text)).map((entity) => [entity.BeginOffset, entity]));
  return detect(text)
    .filter(({ Category }) => Category === 'MEDICAL_CONDITION')
    .map((entity) => {
      const code = coded.get(entity.BeginOffset)?.ICD10CMConcepts?.[0]?.Code ?? 'uncoded';
      return [entity.Text, code, ...traitsOf(entity)].join(' ');
    });
}

/** What the words around say of an entity, without what kind of finding it is. */
export function traitsOf(entity: WireEntity): string[] {
  return entity.Traits.map(({ Name }) => Name).filter((name) => !/^(?:SYMPTOM|SIGN|DIAGNOSIS)$/.test(name));
}

/** `TYPE text` of each attribute. */
export function attributesOf(entity: WireEntity | undefined): string[] {
  return (entity?.Attributes ?? []).map(({ Type, Text }) => `${Type} ${Text}`);
}
