import { sha256 } from '../digest.ts';
import { type Transcript, turnAt } from '../transcript/transcript.ts';
import { toAssertions } from './assertion/assertion.ts';
import type { Weights } from './assertion/likelihood.ts';
import { toRuling } from './assertion/rules/ruling.ts';
import type { Found } from './assertion/mention.ts';
import { weights as fitted } from './assertion/weights.ts';
import { rankCodes } from './codes.ts';
import type { Code, Entities, Entity, Unmapped, Unplaced } from './entities.ts';
import {
  callsOf,
  type Gap,
  type KeptAnswer,
  type PlanItem,
  type ServiceAttribute,
  type ServiceConcept,
  type ServiceEntity,
  type ServiceSpan,
  type ServiceUnmapped,
  units,
} from './extraction.ts';
import type { CodeTable } from './icd10cm.ts';
import { type CodeSystem, operationNames, operations } from './operations.ts';
import { mergeTraits, toTraits } from './traits.ts';

/**
 * Places the answers of all calls in the whole transcript. The same span from several operations is one entity.
 * Entities are joined by their spans, because the service's ids are only unique within a call.
 * @param weights decide whether a finding is there
 */
export async function toEntities(
  transcript: Transcript,
  answers: readonly KeptAnswer[],
  gaps: readonly Gap[],
  codeTable: CodeTable | undefined,
  weights: Weights = fitted,
): Promise<Entities> {
  const merge = new Merge(transcript, codeTable);
  for (const answer of answers.toSorted(byOperation)) merge.add(answer);
  const allGaps = [...gaps, ...merge.gaps];
  return {
    schema: 'medzen.entities/2',
    recordingId: transcript.recordingId,
    textSha256: await sha256(transcript.text),
    engine: { name: 'comprehend-medical', operations: toOperations(answers) },
    entities: merge.entities(weights),
    unmapped: merge.unmapped(),
    coverage: { complete: allGaps.length === 0, gaps: allGaps },
    ...(merge.unplaced.length > 0 ? { unplaced: merge.unplaced } : {}),
  };
}

function byOperation(a: PlanItem, b: PlanItem): number {
  return operationNames.indexOf(a.operation) - operationNames.indexOf(b.operation) || a.n - b.n;
}

function toOperations(answers: readonly KeptAnswer[]): Entities['engine']['operations'] {
  const operations: Entities['engine']['operations'] = {};
  for (const answer of answers) {
    const sum = (operations[answer.operation] ??= { modelVersion: '', calls: 0, units: 0 });
    sum.modelVersion ||= answer.response.ModelVersion ?? '';
    sum.calls += callsOf(answer).length;
    sum.units += callsOf(answer).reduce((total, call) => total + units(call), 0);
  }
  return operations;
}

/** One merge of answers: it moves spans to the whole text, joins them, and finds their turns and times. */
class Merge {
  readonly gaps: Gap[] = [];
  readonly unplaced: Unplaced[] = [];
  readonly #transcript: Transcript;
  readonly #codeTable: CodeTable | undefined;
  readonly #points: string[];
  readonly #bySpan = new Map<string, Found>();
  readonly #unmapped = new Map<string, Unmapped>();

  constructor(transcript: Transcript, codeTable: CodeTable | undefined) {
    this.#transcript = transcript;
    this.#codeTable = codeTable;
    this.#points = Array.from(transcript.text);
  }

  add(answer: KeptAnswer): void {
    for (const entity of answer.response.Entities ?? []) this.#addEntity(answer, entity);
    for (const unmapped of answer.response.UnmappedAttributes ?? []) this.#addUnmapped(answer, unmapped);
    const cut = answer.response.PaginationToken !== undefined;
    if (cut) this.#addGap(answer, 'AnswerTruncated');
  }

  entities(weights: Weights): Entity[] {
    const found = [...this.#bySpan.values()].sort(
      (a, b) => a.begin - b.begin || a.end - b.end || (a.category < b.category ? -1 : 1),
    );
    const assertions = toAssertions(this.#transcript, found, weights);
    return found.map(({ traits, ...entity }, at) => ({
      id: toId(entity),
      ...entity,
      assertion: assertions[at] ?? toRuling(this.#transcript, { ...entity, traits }),
    }));
  }

  unmapped(): Unmapped[] {
    const isTied = ({ type, begin, end }: Unmapped) =>
      [...this.#bySpan.values()].some(({ attributes }) =>
        attributes.some((tied) => tied.type === type && tied.begin === begin && tied.end === end),
      );
    return [...this.#unmapped.values()]
      .filter((one) => !isTied(one))
      .sort((a, b) => a.begin - b.begin || a.end - b.end);
  }

  #addUnmapped(answer: KeptAnswer, { Attribute }: ServiceUnmapped): void {
    if (!Attribute) return;
    const { Type: type = '', Score: score = 0 } = Attribute;
    const span = this.#place(answer, Attribute);
    if (span) this.#unmapped.set(`${span.begin}:${span.end}:${type}`, { type, ...span, score });
    else this.#addGap(answer, 'OffsetMismatch');
  }

  #addEntity(answer: KeptAnswer, entity: ServiceEntity): void {
    const span = this.#place(answer, entity);
    const category = categoryOf(entity);
    if (!span) return this.#keepUnplaced(answer, entity);
    const spanKey = `${span.begin}:${span.end}:${category}`;
    const known = this.#bySpan.get(spanKey);
    const found = known ?? {
      ...this.#locate(span),
      ...toHead(entity, category),
      traits: [],
      attributes: [],
      codes: [],
    };
    if (!known) this.#bySpan.set(spanKey, found);
    found.traits = mergeTraits(found.traits, toTraits(entity.Traits));
    this.#addAttributes(found, answer, entity.Attributes ?? []);
    found.codes = rankCodes([...found.codes, ...this.#codesOf(entity)]);
  }

  #codesOf(entity: ServiceEntity): Code[] {
    return operationNames.flatMap((name) => {
      const { codes } = operations[name];
      return codes ? this.#toCodes(codes.system, entity[codes.field]) : [];
    });
  }

  #keepUnplaced(answer: KeptAnswer, entity: ServiceEntity): void {
    const { operation, n } = answer;
    const head = toHead(entity, categoryOf(entity));
    this.unplaced.push({ operation, n, text: entity.Text ?? null, ...head, codes: rankCodes(this.#codesOf(entity)) });
    this.#addGap(answer, 'OffsetMismatch');
  }

  #addAttributes(found: Found, answer: KeptAnswer, attributes: readonly ServiceAttribute[]): void {
    for (const attribute of attributes) {
      const span = this.#place(answer, attribute);
      if (!span) {
        this.#addGap(answer, 'OffsetMismatch');
        continue;
      }
      const type = attribute.Type ?? '';
      if (
        found.attributes.some((known) => known.begin === span.begin && known.end === span.end && known.type === type)
      ) {
        continue;
      }
      found.attributes.push({
        type,
        ...span,
        score: attribute.Score ?? 0,
        relationshipType: attribute.RelationshipType ?? null,
        relationshipScore: attribute.RelationshipScore ?? null,
        traits: toTraits(attribute.Traits),
      });
    }
  }

  /** Moves a call's span to the whole text. If other words stand there, the span's own are looked up, if unique. */
  #place(answer: KeptAnswer, span: ServiceSpan): { begin: number; end: number; text: string } | undefined {
    const wanted = span.Text;
    const begin = answer.begin + (span.BeginOffset ?? Number.NaN);
    const end = answer.begin + (span.EndOffset ?? Number.NaN);
    const text = begin >= answer.begin && end <= answer.end ? this.#read(begin, end) : '';
    if (text !== '' && (wanted === undefined || wanted === text)) return { begin, end, text };
    return wanted ? this.#findUnique(answer, wanted) : undefined;
  }

  #findUnique(answer: KeptAnswer, wanted: string): { begin: number; end: number; text: string } | undefined {
    const piece = this.#read(answer.begin, answer.end);
    const at = piece.indexOf(wanted);
    if (at < 0 || piece.indexOf(wanted, at + 1) >= 0) return undefined;
    const begin = answer.begin + Array.from(piece.slice(0, at)).length;
    return { begin, end: begin + Array.from(wanted).length, text: wanted };
  }

  #read(begin: number, end: number): string {
    return this.#points.slice(begin, end).join('');
  }

  #locate(span: { begin: number; end: number; text: string }) {
    const turn = turnAt(this.#transcript.turns, span.begin);
    const covered = turn.words.filter((word) => word[1] > span.begin && word[0] < span.end);
    return {
      ...span,
      turn: turn.index,
      speaker: turn.speaker,
      role: turn.role,
      startMs: covered[0]?.[2] ?? turn.startMs,
      endMs: covered.reduce((last, word) => Math.max(last, word[3]), covered[0]?.[3] ?? turn.startMs),
    };
  }

  #toCodes(system: CodeSystem, concepts: readonly ServiceConcept[] = []): Code[] {
    return concepts
      .filter((concept) => concept.Code)
      .toSorted((a, b) => (b.Score ?? 0) - (a.Score ?? 0))
      .map((concept, index) => ({
        system,
        code: concept.Code ?? '',
        description: concept.Description ?? '',
        score: concept.Score ?? 0,
        rank: index + 1,
        billable: system === 'ICD-10-CM' ? (this.#codeTable?.find(concept.Code ?? '')?.billable ?? null) : null,
      }));
  }

  /** Adds one gap per call and reason, however many of the call's entities give it. */
  #addGap({ operation, begin, end }: PlanItem, error: string): void {
    if (this.gaps.some((gap) => gap.operation === operation && gap.begin === begin && gap.error === error)) return;
    this.gaps.push({ operation, begin, end, error });
  }
}

/**
 * An entity's id is its category and span: `medication:120-129`. A repeat gives it the same id, so a clinician's review
 * stays with its words.
 */
function toId({ category, begin, end }: Pick<Entity, 'category' | 'begin' | 'end'>): string {
  return `${category.toLowerCase()}:${begin}-${end}`;
}

/**
 * InferICD10CM gives a time the category of the condition that it belongs to; DetectEntitiesV2 gives the same words the
 * category of times.
 */
function categoryOf({ Category = '', Type = '' }: ServiceEntity): string {
  return Type.startsWith('TIME_') ? 'TIME_EXPRESSION' : Category;
}

function toHead(entity: ServiceEntity, category: string) {
  return { category, type: entity.Type ?? '', score: entity.Score ?? 0 };
}
