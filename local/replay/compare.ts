import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import { type Finding, type FindingList, lists } from '../../pipeline/clinical/finding.ts';
import { headingOf } from './headings.ts';

/** The part of a consultation that is compared. */
export type Compared = Pick<Consultation, FindingList | 'status'>;

/** A finding as it is compared: where it stands, what is said of it, and its best code of each system. */
interface Placed {
  id: string;
  label: string;
  /** The heading of its list. */
  list: string;
  status: string;
  codes: string;
}

/**
 * What differs between two runs of the same consultation, finding by finding: `+` is only in the second, `-` only in the
 * first, `~` stands in another list, has another status or another code. A run without a consultation is undefined.
 */
export function compare(before: Compared | undefined, after: Compared | undefined): string[] {
  const [was, is] = [before?.status ?? 'no consultation', after?.status ?? 'no consultation'];
  const pairs = toPairs(before ? place(before) : [], after ? place(after) : []);
  return [...(was === is ? [] : [`~ the consultation: ${was} → ${is}`]), ...pairs.flatMap(describe)];
}

type Pair = readonly [before: Placed | undefined, after: Placed | undefined];

function place(consultation: Compared): Placed[] {
  return lists.flatMap((list) =>
    consultation[list].map((finding: Finding) => ({
      id: finding.id,
      label: finding.label,
      list: headingOf(list, finding),
      status: statusOf(finding),
      codes: codesOf(finding),
    })),
  );
}

/** The facts that the lists have beside the list's own name: a medicine's status, a relative, two readings. */
function statusOf(finding: Finding): string {
  const { status, relative, planned } = finding as { status?: string; relative?: string | null; planned?: true };
  return [status, relative, planned && 'planned', finding.toCheck?.readings.join(' or ')].filter(Boolean).join(', ');
}

function codesOf({ codes }: Finding): string {
  const best = codes.filter(({ system }, at) => codes.findIndex((code) => code.system === system) === at);
  return best.map(({ system, code }) => (system === 'ICD-10-CM' ? code : `${system} ${code}`)).join(', ');
}

/**
 * Findings that are the same: by their id and label, then by the label in the same list, then by the label alone. An id
 * holds the place in the text, which shifts when a word before it does.
 */
function toPairs(before: readonly Placed[], after: readonly Placed[]): Pair[] {
  const partners = new Map<Placed, Placed>();
  const open = new Set(after);
  const label = (one: Placed) => one.label.toLowerCase();
  const keys: ((one: Placed) => string)[] = [
    (one) => `${one.list}\n${one.id}\n${label(one)}`,
    (one) => `${one.id}\n${label(one)}`,
    (one) => `${one.list}\n${label(one)}`,
    label,
  ];
  for (const key of keys) {
    for (const one of before) {
      if (partners.has(one)) continue;
      const partner = [...open].find((other) => key(other) === key(one));
      if (!partner) continue;
      partners.set(one, partner);
      open.delete(partner);
    }
  }
  return [...before.map((one): Pair => [one, partners.get(one)]), ...[...open].map((one): Pair => [undefined, one])];
}

function describe([before, after]: Pair): string[] {
  if (!before || !after) {
    const one = before ?? after;
    return one ? [`${before ? '-' : '+'} ${one.list}: ${one.label}${one.codes ? ` (${one.codes})` : ''}`] : [];
  }
  const changed = (['list', 'status', 'codes'] as const).filter((key) => before[key] !== after[key]);
  const changes = changed.map((key) => `${key} ${before[key] || 'none'} → ${after[key] || 'none'}`);
  return changes.length === 0 ? [] : [`~ ${after.list}: ${after.label}: ${changes.join('; ')}`];
}
