import { type FindingList, lists } from '../../pipeline/clinical/finding.ts';
import type { GoldFinding, GoldStatus } from './gold.ts';
import type { Mention } from './match.ts';

/** What is read of a finding of a list, as far as the list's findings have it. */
export interface ListedFinding {
  label: string;
  status?: string;
  planned?: boolean;
  dose?: readonly string[];
  results?: readonly { value: string; unit: string | null }[];
  evidence: readonly { entity: string }[];
}

export type Lists = Partial<Record<FindingList, readonly ListedFinding[]>>;

/** What the record says of a thing. */
export type ShownStatus = Exclude<GoldStatus, 'hypothetical' | 'other'>;

/** A finding of a list beside the gold findings that it meets. */
export interface Item {
  list: FindingList;
  label: string;
  status: ShownStatus;
  finding: ListedFinding;
  /** Its evidence. */
  mentions: Mention[];
  met: readonly GoldFinding[];
  /** Whether they are met where they are said, or by the words alone. */
  by: 'turn' | 'words';
}

/** The findings of all lists. Where one is said in the turn of a gold finding, those of the words alone do not count. */
export function toItems(consultation: Lists, mentions: readonly Mention[]): Item[] {
  const byEntity = new Map(mentions.map((mention) => [mention.entity.id, mention]));
  return lists.flatMap((list) =>
    (consultation[list] ?? []).map((finding): Item => {
      const evidence = finding.evidence.flatMap(({ entity }) => byEntity.get(entity) ?? []);
      const strong = [...new Set(evidence.flatMap((mention) => mention.strong))];
      const weak = [...new Set(evidence.flatMap((mention) => mention.weak))];
      const isPlaced = strong.length > 0;
      return {
        list,
        label: finding.label,
        status: statusOf[list](finding),
        finding,
        mentions: evidence,
        met: isPlaced ? strong : weak,
        by: isPlaced ? 'turn' : 'words',
      };
    }),
  );
}

type ReadStatus = (finding: ListedFinding) => ShownStatus;

const always = (status: ShownStatus): ReadStatus => {
  return () => status;
};
const doneOrPlanned: ReadStatus = ({ planned }) => (planned ? 'planned' : 'present');

const ofMedication: Readonly<Record<string, ShownStatus>> = {
  taking: 'taking',
  planned: 'planned',
  stopped: 'stopped',
  allergic: 'allergic',
  'not-taking': 'not_taking',
  'advised-against': 'advised_against',
  'tried-before': 'past',
};

const ofHabit: Readonly<Record<string, ShownStatus>> = { current: 'present', former: 'historical', never: 'absent' };

/** The status that a list gives its findings, in the words of the gold. */
const statusOf: Readonly<Record<FindingList, ReadStatus>> = {
  allergies: always('allergic'),
  problems: ({ label }) => (label.startsWith('allergy:') ? 'allergic' : 'present'),
  medications: ({ status }) => known(ofMedication, status),
  tests: doneOrPlanned,
  procedures: doneOrPlanned,
  ruledOut: always('absent'),
  familyHistory: always('family'),
  pastHistory: always('historical'),
  socialHistory: ({ status }) => (status === undefined ? 'present' : known(ofHabit, status)),
  possible: always('possible'),
};

function known(table: Readonly<Record<string, ShownStatus>>, status = ''): ShownStatus {
  const found = table[status];
  if (!found) throw new Error(`there is no status "${status}": ${Object.keys(table).join(', ')}`);
  return found;
}
