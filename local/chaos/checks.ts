import { openIn, wrongSecondsIn } from './callChecks.ts';
import { chatChecks } from './chatChecks.ts';
import type { Evidence, Traces } from './evidence.ts';
import { tooLate } from './delays.ts';
import type { Seen } from './disturber.ts';
import { leaks } from './leaks.ts';
import { recordingChecks } from './recordingChecks.ts';
import { isFinal } from './harms.ts';

/** A promise that a run has broken. */
export interface Violation {
  rule: string;
  /** Ids, names and counts, never what was said. */
  what: string;
}

type Check = (evidence: Evidence) => string[];

/** What holds whatever happens, seen from outside: no check knows how the product does it. */
const checks: Readonly<Record<string, Check>> = {
  'every recording ends': ({ recordings }) =>
    recordings.flatMap((one) => (isEnded(one) ? [] : [`${one.recordingId} is ${statusOf(one)}`])),
  'it ends as it should': (evidence) => evidence.recordings.flatMap((one) => wrongEnd(evidence, one)),
  'a failure is visible': ({ recordings, trail }) => recordings.flatMap((one) => hiddenFailure(one, trail)),
  'one job for the bytes of a meeting': jobsTwice,
  'no job is asked for beyond the quota': beyondQuota,
  'a place is given back': placesKept,
  'no answer is paid for again without need': paidTwice,
  'every payment is counted': uncounted,
  'each audit action once': ({ recordings }) => recordings.flatMap(actionsTwice),
  'each decision is carried once': lostDecisions,
  'the audit says how it ended': ({ recordings }) => recordings.flatMap(wrongAudit),
  'chains verify': ({ chains }) => chains.flatMap(({ faults }) => faults),
  'rows, S3 and audit agree': ({ recordings }) => recordings.flatMap(disagreements),
  'nothing waits past its limits': tooLate,
  'no message is given up': ({ dead, schedule }) => {
    const poison = schedule.faults.filter(({ do: harm }) => harm === 'poison').length;
    return dead
      .filter((body) => body !== 'not JSON' || poison === 0)
      .map(() => 'a message lies in a dead-letter queue');
  },
  'every call ends': ({ call }) => (call ? openIn(call) : []),
  'the lengths of a call add up': ({ call }) => (call ? wrongSecondsIn(call) : []),
  'no word is where it must not be': leaks,
};

export function violations(evidence: Evidence): Violation[] {
  const { call } = evidence;
  return [
    ...Object.entries(checks).flatMap(([rule, check]) => check(evidence).map((what) => ({ rule, what }))),
    ...Object.entries(recordingChecks).flatMap(([rule, check]) =>
      call ? check({ ...evidence, call }).map((what) => ({ rule, what })) : [],
    ),
    ...Object.entries(chatChecks).flatMap(([rule, check]) =>
      call?.chat ? check({ ...evidence, call, chat: call.chat }).map((what) => ({ rule, what })) : [],
    ),
  ];
}

const ends = ['completed', 'partial', 'not_coded', 'skipped', 'failed'];
const statusOf = ({ row }: Traces) => (row ? String(row['status']) : 'nowhere');

function isEnded(one: Traces): boolean {
  return ends.includes(statusOf(one)) && one.execution?.status !== 'RUNNING';
}

const wanted = { usual: 'completed', german: 'not_coded', unwanted: 'skipped', unusable: 'failed' } as const;

/** A recording that no fault may fail ends as if there had been none. */
function wrongEnd({ schedule, recordings }: Evidence, one: Traces): string[] {
  const { planned, recordingId } = one;
  const mayFail = (number: number) => schedule.faults.some((fault) => isFinal(fault) && fault.at[0] === number);
  if (mayFail(planned.number)) return [];
  const status = statusOf(one);
  if (planned.kind !== 'twice') {
    return status === wanted[planned.kind] ? [] : [`${recordingId} (${planned.kind}) is ${describe(one)}`];
  }
  const both = recordings.filter((other) => other.planned.key === planned.key);
  if (both[0] !== one) return [];
  const statuses = both.map(statusOf).toSorted().join(' and ');
  return statuses === 'completed and skipped' ? [] : [`the same bytes twice: ${both.map(describe).join(' and ')}`];
}

const describe = (one: Traces) =>
  [statusOf(one), one.row?.['error_name'], one.execution?.status, one.execution?.error].filter(Boolean).join(' ');

const results: ReadonlySet<string> = new Set(['completed', 'partial', 'not_coded']);

function hiddenFailure({ recordingId, row, session, execution, audit }: Traces, trail: Evidence['trail']): string[] {
  const failed = execution && execution.status !== 'SUCCEEDED';
  if (!failed) return [];
  const name = row?.['error_name'];
  // Its bytes came again and were run again: the session shows how the talk ended.
  const isMadeGood = trail.some(
    (entry) => entry.action === 'RESULTS_STORED' && entry.recordingId?.startsWith(`${recordingId}-r`),
  );
  // A failure after the results does not take them away: then the trail alone says so.
  const hasResults = results.has(String(row?.['status']));
  const faults = [
    row?.['status'] === 'failed' || hasResults ? '' : `its row says ${String(row?.['status'])}`,
    name || hasResults ? '' : 'its row has no error',
    session?.['error_message'] || isMadeGood || hasResults ? '' : 'its session shows nothing',
    audit.some(({ action }) => action === 'RECORDING_FAILED') ? '' : 'its audit does not say it',
  ].filter(Boolean);
  return faults.length === 0 ? [] : [`${recordingId} failed with ${execution.error}: ${faults.join(', ')}`];
}

/** Whether the service did what it was asked, whether or not the caller was told. */
const isDone = ({ status }: Seen) => status !== undefined && status < 300;
const isStart = (operation: string) => /^Start(Medical)?TranscriptionJob$/.test(operation);

function jobsTwice({ calls, recordings }: Evidence): string[] {
  const started = calls.filter((call) => isStart(call.operation) && isDone(call));
  const numbers = new Set(recordings.map(({ planned }) => planned.number));
  return [...numbers].flatMap((number) => {
    const { length } = started.filter(({ recording }) => recording === number);
    const { kind } = recordings.find(({ planned }) => planned.number === number)?.planned ?? { kind: 'usual' };
    // A job that failed is started again when its execution is redriven.
    return length > (kind === 'unusable' ? 2 : 1) ? [`recording ${number} (${kind}) started ${length} jobs`] : [];
  });
}

/** Free places are counted before. Who has failed for good gives a place back, and its job may still be under way. */
function beyondQuota({ schedule, calls }: Evidence): string[] {
  if (schedule.faults.some(isFinal)) return [];
  const refused = calls.filter(({ operation, error }) => isStart(operation) && error === 'LimitExceededException');
  return refused.map(({ recording }) => `recording ${recording}: its job was refused`);
}

/** Whoever ends well leaves nothing behind; whoever fails may be kept from it, and then a place has an end by itself. */
function placesKept({ schedule, recordings, places }: Evidence): string[] {
  return recordings.flatMap(({ recordingId, planned, execution }) => {
    const isKept = schedule.faults.some(({ at, do: harm }) => at[0] === planned.number || harm === 'away');
    if (execution?.status !== 'SUCCEEDED' && isKept) return [];
    return [
      ...(places.held.includes(recordingId) ? [`${recordingId} has ended and holds a place`] : []),
      ...(places.waiting.includes(recordingId) ? [`${recordingId} has ended and waits for a place`] : []),
    ];
  });
}

const answered = ({ target }: Seen) => target.startsWith('ComprehendMedical');
const isSameText = (one: Seen, other: Seen) =>
  one.operation === other.operation && JSON.stringify(one.input) === JSON.stringify(other.input);
const isAnswerKept = (call: Seen) => /^PUT \/[^/]+\/answers\/.*\/\w+-\d+\.json/.test(call.operation) && isDone(call);

/**
 * A text is paid for again only when its answer was lost on the wire or with its function: before it was kept, and not
 * in a function that lived and could have kept it.
 */
function paidTwice({ calls }: Evidence): string[] {
  const payments = calls.filter((call) => answered(call) && isDone(call));
  return payments.flatMap((again, at) => {
    const before = payments
      .slice(0, at)
      .findLast((first) => first.recording === again.recording && isSameText(first, again));
    if (!before) return [];
    const since = calls.slice(calls.indexOf(before) + 1, calls.indexOf(again));
    const kept = since.find(
      (call) =>
        isAnswerKept(call) && call.invocation === before.invocation && call.operation.includes(before.operation),
    );
    if (kept) return [`recording ${again.recording}: ${again.operation} was asked again though its answer was kept`];
    const writes = since.filter((call) => call.invocation === before.invocation && call.target === 's3');
    const isLost = !before.delivered || before.isDead || writes.length > 0 || wasKilled(calls, before);
    return isLost ? [] : [`recording ${again.recording}: ${again.operation} was asked again though its answer came`];
  });
}

const wasKilled = (calls: readonly Seen[], { invocation }: Seen) =>
  calls.some((call) => call.invocation === invocation && call.isDead);

/** The product counts what it was told of: every answer that came to a function that lived. */
function uncounted({ calls, logs, recordings }: Evidence): string[] {
  return recordings.flatMap(({ recordingId, planned }) => {
    const units = logs.filter((line) => line.includes(recordingId) && line.includes('"ComprehendUnits":')).length;
    const own = calls.filter((call) => call.recording === planned.number && answered(call) && isDone(call));
    if (planned.kind === 'twice') return [];
    const told = own.filter((call) => call.delivered && !call.isDead).length;
    return units < told || units > own.length
      ? [`${recordingId}: ${units} counted, ${told} to ${own.length} paid`]
      : [];
  });
}

function actionsTwice({ recordingId, audit }: Traces): string[] {
  const actions = audit.map(({ action }) => action);
  const twice = actions.filter((action, at) => actions.indexOf(action) !== at);
  return twice.length === 0 ? [] : [`${recordingId}: ${twice.join(', ')}`];
}

function lostDecisions({ decided, trail }: Evidence): string[] {
  return decided.flatMap(({ recordingId, action }) => {
    const { length } = trail.filter((entry) => entry.recordingId === recordingId && entry.action === action);
    return length === 1 ? [] : [`${recordingId}: ${action} stands in the trail ${length} times`];
  });
}

const whole = [
  'RECORDING_RECEIVED',
  'TRANSCRIPTION_STARTED',
  'TRANSCRIPTION_COMPLETED',
  'TRANSCRIPT_NORMALIZED',
  'ENTITIES_EXTRACTED',
  'RESULTS_STORED',
];

function wrongAudit(one: Traces): string[] {
  const actions = one.audit.map(({ action }) => action);
  const status = statusOf(one);
  const must = status === 'failed' ? ['RECORDING_FAILED'] : status === 'skipped' ? ['RECORDING_SKIPPED'] : whole;
  const missing = must.filter((action) => !actions.includes(action as (typeof actions)[number]));
  const order = actions.filter((action) => whole.includes(action)).map((action) => whole.indexOf(action));
  const isSorted = order.every((place, at) => at === 0 || place > (order[at - 1] ?? -1));
  return [
    ...(missing.length > 0 ? [`${one.recordingId} is ${status} without ${missing.join(', ')}`] : []),
    ...(isSorted ? [] : [`${one.recordingId}: ${actions.join(', ')}`]),
  ];
}

function disagreements(one: Traces): string[] {
  const { recordingId, row, transcript, entitiesFile, consultation, audit } = one;
  const status = statusOf(one);
  if (!results.has(status)) {
    return consultation && status === 'skipped' ? [`${recordingId} is skipped and has results`] : [];
  }
  const detail = audit.find(({ action }) => action === 'RESULTS_STORED')?.detail;
  const intent = audit.find(({ action }) => action === 'ENTITIES_EXTRACTED')?.detail;
  const codes = entitiesFile?.entities.reduce((sum, entity) => sum + entity.codes.length, 0);
  const pairs: [string, unknown, unknown][] = [
    ['status in S3', consultation?.status, status],
    ['status in the audit', detail?.['status'], status],
    ['turns', one.turns, transcript?.turns.length],
    ['entities', one.entities, entitiesFile?.entities.length],
    ['entities in the audit', detail?.['entities'], one.entities],
    ['codes', one.codes, codes],
    ['gaps in the audit', detail?.['gaps'], entitiesFile?.coverage.gaps.length],
    ['the text', intent?.['textSha256'], entitiesFile?.textSha256],
    ['the results', row?.['results_key'], intent?.['resultsKey']],
    ['no error', row?.['error_name'] ?? null, null],
  ];
  return pairs.flatMap(([what, a, b]) =>
    a === b ? [] : [`${recordingId} (${status}): ${what}: ${String(a)} and ${String(b)}`],
  );
}
