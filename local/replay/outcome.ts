import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import {
  type Finding,
  type FindingCode,
  lists,
  type MedicationFinding,
  type SocialFinding,
} from '../../pipeline/clinical/finding.ts';
import { failures } from '../../pipeline/errors.ts';
import type { Expected } from '../cases/caseFiles.ts';
import type { Collected } from './collect.ts';
import type { Execution, StateVisit } from './execution.ts';

export type Status = Expected['status'];

/** How a case ended, as `--json` sums it up. */
export interface Outcome {
  name: string;
  status: Status;
  /** The failure's or the skip's name. */
  error: string | null;
  /** Why it failed, and where that is explained; null when it did not fail. */
  failure: Failure | null;
  recordingId: string;
  /** The same recording was here before: nothing was run, and the results are those of then. */
  duplicate: boolean;
  meetingId: string;
  /** Where its files are. */
  folder: string;
  /** The states of its execution, in their order. */
  states: StateVisit[];
  executions: number;
  words: number;
  entities: number;
  /** How many findings have a code of a system; the billable ones are null without a code table. */
  codes: { icd10cm: number; billable: number | null; rxNorm: number; snomedCt: number };
  estimatedUsd: number;
  seconds: number;
  /** The differences from the documents' schemas and from the case's expected.json, when it has one. */
  differences: string[];
  /** The case ended as it should: as expected, or without a failure when nothing is expected. */
  ok: boolean;
}

export interface Failure {
  /** The state that failed. */
  step: string | null;
  message: string;
  /** The section about the failure's name. */
  runbook: string;
}

export function toOutcome(
  facts: Pick<Outcome, 'name' | 'recordingId' | 'duplicate' | 'meetingId' | 'folder' | 'executions' | 'seconds'>,
  execution: Execution | undefined,
  collected: Collected,
  expected: Expected | undefined,
): Outcome {
  const { status, error } = readStatus(execution);
  const { transcript, consultation } = collected;
  const outcome = {
    ...facts,
    status,
    error,
    failure: status === 'failed' ? toFailure(execution) : null,
    states: execution?.states ?? [],
    words: transcript?.quality.words ?? 0,
    entities: entitiesOf(execution),
    codes: countCodes(consultation),
    estimatedUsd: consultation?.usage.estimatedUsd ?? 0,
  };
  const differences = [
    ...collected.violations.map((violation) => `SchemaViolation: ${violation}`),
    ...(expected ? compare(expected, outcome, collected) : []),
  ];
  return { ...outcome, differences, ok: differences.length === 0 && (expected !== undefined || status !== 'failed') };
}

function readStatus(execution: Execution | undefined): { status: Status; error: string | null } {
  if (!execution) return { status: 'ignored', error: null };
  if (execution.status !== 'SUCCEEDED') return { status: 'failed', error: execution.error ?? execution.status };
  const { status, reason } = execution.output as { status: Status; reason?: string };
  return { status, error: reason ?? null };
}

function toFailure({
  error,
  cause,
  states,
  status,
}: Pick<Execution, 'error' | 'cause' | 'states' | 'status'> = none): Failure {
  const failed = states.findLast(({ name, attempts }) => attempts > 0 && name !== 'recordFailure');
  return {
    step: failed?.name ?? null,
    message: messageOf(cause) ?? `the execution is ${status}`,
    runbook: `RUNBOOK.md#${sectionOf(status, error)}`,
  };
}

/** An execution that was ended from outside has no failure of its own: the section is that of its alarm. */
function sectionOf(status: string, error: string | null): string {
  if (status === 'ABORTED') return 'executionsaborted';
  if (status === 'TIMED_OUT') return 'executionstimedout';
  return error !== null && error in failures ? error.toLowerCase() : 'failures';
}

const none = { error: null, cause: null, states: [], status: 'not there' };

/** A function's failure is JSON, with a trace that says nothing to whoever uploaded the recording. */
function messageOf(cause: string | null): string | undefined {
  try {
    const { errorMessage } = JSON.parse(cause ?? '') as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : (cause ?? undefined);
  } catch {
    return cause ?? undefined;
  }
}

/** Of each finding only the best code of a system counts: the others are alternatives to it. */
function countCodes(consultation: Consultation | undefined): Outcome['codes'] {
  const findings: Finding[] = consultation ? lists.flatMap((list) => consultation[list]) : [];
  const best = (system: FindingCode['system']) =>
    findings.flatMap(({ codes }) => codes.find((code) => code.system === system) ?? []);
  const icd10cm = best('ICD-10-CM');
  return {
    icd10cm: icd10cm.length,
    billable: consultation?.versions.icd10cm ? icd10cm.filter(({ billable }) => billable).length : null,
    rxNorm: best('RxNorm').length,
    snomedCt: best('SNOMED-CT').length,
  };
}

function entitiesOf(execution: Execution | undefined): number {
  const output = execution?.output as { entities?: number } | null | undefined;
  return output?.entities ?? 0;
}

function compare(
  expected: Expected,
  outcome: Pick<Outcome, 'status' | 'error' | 'executions'>,
  { transcript, consultation }: Collected,
): string[] {
  const differences: string[] = [];
  const same = (what: string, wanted: string | number | undefined, got: string | number | undefined) => {
    if (wanted !== undefined && wanted !== got) differences.push(`${what}: expected ${wanted}, found ${got ?? 'none'}`);
  };
  const contains = (what: string, wanted: readonly string[] = [], has: (text: string) => boolean) => {
    for (const text of wanted) if (!has(text)) differences.push(`${what}: expected ${text}, not found`);
  };
  same('status', expected.status, outcome.status);
  same('error', expected.error, outcome.error ?? undefined);
  same('executions', expected.executions, outcome.executions);
  // One line says that it failed: what it did not get to is no news of the documents.
  if (outcome.status === 'failed' && expected.status !== 'failed') return differences;
  contains('problems', expected.problems, (code) => hasCode(consultation?.problems, code));
  contains('allergies', expected.allergies, (text) => mentions(consultation?.allergies, text));
  contains('ruledOut', expected.ruledOut, (text) => mentions(consultation?.ruledOut, text));
  contains('possible', expected.possible, (text) => mentions(consultation?.possible, text));
  contains('medications', expected.medications, (text) => mentions(consultation?.medications.map(withStatus), text));
  contains('socialHistory', expected.socialHistory, (text) =>
    mentions(consultation?.socialHistory.map(withHabit), text),
  );
  contains('flags', expected.flags, (flag) => transcript?.quality.flags.some((one) => one === flag) === true);
  for (const [label, role] of Object.entries(expected.speakers ?? {})) {
    same(`the role of ${label}`, role, transcript?.speakers.find((speaker) => speaker.label === label)?.role);
  }
  return differences;
}

function hasCode(findings: readonly Finding[] = [], code: string): boolean {
  return findings.some((finding) => finding.codes.some((suggested) => suggested.code === code));
}

const withStatus = (one: MedicationFinding): Finding => ({ ...one, label: `${one.label}, ${one.status}` });
const withHabit = (one: SocialFinding): Finding => ({ ...one, label: `${one.kind}, ${one.status}` });

/** Whether a finding has the expected words, in its label or in the words that prove it. */
function mentions(findings: readonly Finding[] = [], text: string): boolean {
  const wanted = text.toLowerCase();
  return findings.some(
    ({ label, evidence }) =>
      label.toLowerCase().includes(wanted) || evidence.some(({ quote }) => quote.toLowerCase().includes(wanted)),
  );
}
