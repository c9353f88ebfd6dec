import { join } from 'node:path';
import { statuses } from '../pipeline/clinical/entities.ts';
import { closer, type Judged, judge, readAssertionDialogues } from './assertionDialogues.ts';
import { percent } from './extract/score.ts';
import type { Figure } from './figures.ts';

const folder = join(import.meta.dirname, '../fixtures/assertions');

/** The marks of a file of `fixtures/assertions`, each judged. */
export function judgeFile(set: 'development' | 'held-back'): Judged[] {
  return readAssertionDialogues(join(folder, `${set}.txt`)).flatMap(judge);
}

export function isRight({ status, reason, expected }: Judged): boolean {
  if (expected === 'allergic') return reason === 'allergy';
  if (expected === 'not-allergic') return status === 'absent';
  if (expected === 'open') return status === 'possible' && reason !== 'allergy';
  return status === expected;
}

/** The worst mistake: a finding that is denied, feared, over or somebody else's is shown as the patient's. */
export const isWronglyPresent = ({ status, expected }: Judged) => status === 'present' && expected !== 'present';

/** How often the dialogue alone gives a finding the status that a careful reader gives it. */
export function assertions(): Promise<Figure[]> {
  return Promise.resolve([
    ...figuresOf('development', judgeFile('development')),
    ...figuresOf('held back', judgeFile('held-back')),
  ]);
}

function figuresOf(set: string, judged: readonly Judged[]): Figure[] {
  const share = (what: string, part: number, all: readonly Judged[]): Figure => ({
    name: `${set}, ${what}`,
    value: percent(part, all.length),
    unit: '%',
    how: `${part} of ${all.length} marked findings`,
  });
  const right = (what: string, some: readonly Judged[]) => share(what, some.filter(isRight).length, some);
  const others = judged.filter(({ expected }) => expected !== 'present');
  return [
    right('all: right status', judged),
    ...[...statuses, ...closer].map((status) =>
      right(
        `${status}: right status`,
        judged.filter(({ expected }) => expected === status),
      ),
    ),
    share('wrongly called present', others.filter(isWronglyPresent).length, others),
  ];
}
