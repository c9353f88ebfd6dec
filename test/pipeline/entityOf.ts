import type { Assertion, Entity } from '../../pipeline/clinical/entities.ts';

/** An entity of which only this much is of interest. */
export function entityOf({
  assertion,
  ...more
}: Partial<Omit<Entity, 'assertion'>> & { assertion?: Partial<Assertion> }): Entity {
  const begin = more.begin ?? 0;
  return {
    id: `medical_condition:${begin}-${begin + 5}`,
    begin,
    end: begin + 5,
    text: 'cough',
    category: 'MEDICAL_CONDITION',
    type: 'DX_NAME',
    score: 0.9,
    turn: 0,
    speaker: 'spk_1',
    role: 'patient',
    startMs: begin,
    endMs: begin + 500,
    assertion: {
      status: 'present',
      said: assertion?.status ?? 'present',
      traits: [],
      reason: 'stated',
      relative: null,
      decidedBy: null,
      toCheck: null,
      ...assertion,
    },
    attributes: [],
    codes: [],
    ...more,
  };
}
