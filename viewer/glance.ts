import type { Chart, ChartFinding, ChartTurn } from '../pipeline/reading/chart.ts';
import type { QualityFlag, Role } from '../pipeline/transcript/transcript.ts';
import { lastBefore } from './hearing.ts';
import { changeOf } from './order.ts';

/** What a clinician must know of a consultation before anything else. */
export interface Glance {
  roles: { label: string; role: Role; isSure: boolean; isCorrected: boolean }[];
  read: 'all' | 'partly' | 'not-coded' | 'no-speech';
  gaps: Unread[];
  flags: QualityFlag[];
  check: ChartFinding[];
  contradicted: ChartFinding[];
  allergies: ChartFinding[];
  changes: Record<'new' | 'dose-changed' | 'stopped', ChartFinding[]>;
  problems: ChartFinding[];
}

/** A stretch of the talk that was not read, in milliseconds of the recording. */
export interface Unread {
  startMs: number;
  endMs: number;
  errors: string[];
}

export function toGlance(chart: Chart): Glance {
  const all = Object.values(chart.findings).flat();
  const changing = (change: ReturnType<typeof changeOf>) => all.filter((finding) => changeOf(finding) === change);
  return {
    roles: rolesOf(chart),
    read: readOf(chart),
    gaps: toUnread(chart),
    flags: chart.quality.flags,
    check: all.filter(({ toCheck }) => toCheck !== null),
    contradicted: all.filter(({ contradictedBy }) => contradictedBy.length > 0),
    allergies: chart.findings.allergies,
    changes: { new: changing('new'), 'dose-changed': changing('dose-changed'), stopped: changing('stopped') },
    problems: chart.findings.problems,
  };
}

/** Below this, the project itself says `unknown`; roles that rest on the roster are certain. */
const sureFrom = 0.9;

function rolesOf({ speakers, turns }: Chart): Glance['roles'] {
  return speakers.map(({ label, role, roleConfidence, roleEvidence }) => {
    const isCorrected = turns.some((turn) => turn.speaker === label && turn.role !== turn.heardRole);
    const isHeard = roleEvidence !== 'none' && roleConfidence >= sureFrom;
    return { label, role, isSure: role !== 'unknown' && (isHeard || isCorrected), isCorrected };
  });
}

function readOf({ recording, quality, gaps }: Chart): Glance['read'] {
  if (quality.words === 0) return 'no-speech';
  if (recording.status === 'not_coded') return 'not-coded';
  return gaps.length > 0 || recording.status === 'partial' ? 'partly' : 'all';
}

/** Gaps of several operations over one stretch are one stretch that was not read. */
function toUnread({ gaps, turns }: Chart): Unread[] {
  const timed = gaps.map(({ begin, end, error }) => ({ ...timesOf(turns, begin, end), errors: [error] }));
  const unread: Unread[] = [];
  for (const gap of timed.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = unread.at(-1);
    if (!last || gap.startMs > last.endMs) unread.push(gap);
    else {
      last.endMs = Math.max(last.endMs, gap.endMs);
      last.errors = [...new Set([...last.errors, ...gap.errors])];
    }
  }
  return unread;
}

function timesOf(turns: readonly ChartTurn[], begin: number, end: number): { startMs: number; endMs: number } {
  const beginOf = (turn: ChartTurn) => turn.begin;
  const first = turns[Math.max(0, lastBefore(turns, begin, beginOf))];
  const last = turns[Math.max(0, lastBefore(turns, Math.max(begin, end - 1), beginOf))];
  const from = first?.words.find((word) => word[1] > begin)?.[2] ?? first?.startMs ?? 0;
  const to = last?.words.findLast((word) => word[0] < end)?.[3] ?? last?.endMs ?? from;
  return { startMs: from, endMs: Math.max(from, to) };
}
