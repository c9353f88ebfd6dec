import { toAssertions } from '../clinical/assertion/assertion.ts';
import type { Weights } from '../clinical/assertion/likelihood.ts';
import type { Found } from '../clinical/assertion/mention.ts';
import { toRuling } from '../clinical/assertion/rules/ruling.ts';
import type { Code, Entity } from '../clinical/entities.ts';
import type { Findings } from '../clinical/finding.ts';
import { toFindings } from '../clinical/findings.ts';
import { codeSystems } from '../clinical/operations.ts';
import type { Dialogue, Role, Turn } from '../transcript/transcript.ts';
import { Corrections } from './corrections.ts';
import type { Opened, OpenedCode, OpenedEntity } from './opened.ts';

/** Who speaks: as the machine heard it, or as the clinician corrected it. */
export type Roles = 'heard' | 'corrected';

/**
 * The findings of an opened consultation, decided once more by the product's own rules and weights: from what was said,
 * by whom, and from what the service found there. Earlier decisions count for nothing, neither the machine's nor the
 * clinician's.
 */
export function redecide(opened: Opened, roles: Roles, weights: Weights): Findings {
  const dialogue = toDialogue(opened, roles);
  const codes = Map.groupBy(opened.codes.filter(isFound), ({ entity }) => entity);
  const found = opened.entities
    .map((entity) => toFound(entity, dialogue.turns[entity.turn]?.role ?? entity.role, codes.get(entity.id) ?? []))
    .toSorted(inTextOrder);
  const assertions = toAssertions(dialogue, found, weights);
  const entities = found.map(({ traits, ...entity }, at): Entity => {
    const assertion = assertions[at] ?? toRuling(dialogue, { ...entity, traits });
    return { ...entity, assertion };
  });
  return toFindings(dialogue, entities, opened.consultation.versions.icd10cm !== null);
}

function toDialogue({ turns, corrections, consultation }: Opened, roles: Roles): Dialogue {
  const by = new Corrections(corrections);
  const corrected = (turn: Turn): Turn => {
    const role = by.roleOf(turn, turn.role);
    return role === turn.role ? turn : { ...turn, role };
  };
  return { turns: roles === 'heard' ? turns : turns.map(corrected), engine: { shape: shapeOf(consultation) } };
}

/** One speaker of a job that tells speakers apart has a flag; without it nobody was told apart. */
export function shapeOf({ speakers, quality }: Opened['consultation']): 'plain' | 'speaker-labels' {
  return speakers.length === 1 && !quality.flags.includes('single-speaker') ? 'plain' : 'speaker-labels';
}

/** A mention as it was before anything was said about whether it is there. */
function toFound(
  { assertion, ...entity }: OpenedEntity,
  role: Role,
  codes: readonly OpenedCode[],
): Found & { id: string } {
  return { ...entity, role, traits: assertion.traits, codes: codes.map(toCode).toSorted(inCodeOrder) };
}

const isFound = ({ source }: OpenedCode) => source === 'pipeline';

const toCode = ({ system, code, description, score, rank, billable }: OpenedCode): Code => ({
  system,
  code,
  description: description ?? '',
  score: score ?? 0,
  rank,
  billable,
});

const inCodeOrder = (a: Code, b: Code) =>
  codeSystems.indexOf(a.system) - codeSystems.indexOf(b.system) || a.rank - b.rank;

/** As the answers of the service are merged. */
const inTextOrder = (a: Found, b: Found) => a.begin - b.begin || a.end - b.end || (a.category < b.category ? -1 : 1);
