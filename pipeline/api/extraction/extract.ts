import type { Caller, Route } from '../../apiPorts.ts';
import type { ConsultationStatus } from '../../clinical/consultation.ts';
import type { Entities } from '../../clinical/entities.ts';
import { type PlanItem, toPlan, units } from '../../clinical/extraction.ts';
import type { Findings } from '../../clinical/finding.ts';
import { toFindings } from '../../clinical/findings.ts';
import { toEntities } from '../../clinical/merge.ts';
import type { Operation } from '../../clinical/operations.ts';
import { estimateUsd, prices, usdOfUnits } from '../../clinical/prices.ts';
import { askAll, type Asked } from '../../extraction/askAll.ts';
import { charactersADay } from '../../extraction/limits.ts';
import { checkLanguage, type ExtractionRequest, toExtractionRequest } from '../../extraction/requests.ts';
import { ofOpened, ofText } from '../../extraction/texts.ts';
import type { ExtractionPorts, Taken } from '../../extractionPorts.ts';
import { openAll } from '../../reading/pages.ts';
import { regions } from '../../recording/regions.ts';
import { Refusal } from '../../refusals.ts';
import { codePoints, type Transcript } from '../../transcript/transcript.ts';

/** What was found in a text. */
export interface Extraction {
  status: ConsultationStatus;
  /** The recording that was read, and the revision of its consultation; null for a text that was sent. */
  recording: { recordingId: string; revision: number } | null;
  entities: Entities;
  findings: Findings;
  /** Calls of Comprehend Medical: how many were to be made, how many failed, and which stretches were not read for it. */
  coverage: Entities['coverage'] & { asked: number; failed: number };
  /** Characters of the caller's day, which ends at `resetsAt`, ISO 8601. */
  limits: { charactersPerDay: number; used: number; left: number; resetsAt: string };
  /** By list prices. */
  cost: { usd: number; units: Partial<Record<Operation, number>>; pricesAsOf: string };
  /** The id under which it is kept; null: it is not. */
  stored: string | null;
}

/** Reads a text, or what was said in a session, for entities: by the plan, the calls and the merge of the workflow. */
export const extract: Route<ExtractionPorts> =
  (ports) =>
  async (caller, { body }): Promise<Extraction> => {
    const since = ports.now();
    const request = toExtractionRequest(body);
    const before = await admit(ports, caller, request.sessionId);
    const { transcript, recording } = await read(ports, caller, request);
    checkLanguage(transcript.language);
    const isCoded = regions[ports.config.region]?.comprehendMedical === true;
    const plan = isCoded ? toPlan(transcript, ports.config.operations) : [];
    const { answers, gaps, taken } = await askWithin(ports, caller, transcript.text, plan, { since, before });

    const entities = await toEntities(transcript, answers, gaps, undefined);
    const findings = toFindings(transcript, entities.entities, false);
    const status = isCoded ? (entities.coverage.complete ? 'completed' : 'partial') : 'not_coded';
    const extracted = { status, entities, findings } as const;
    return {
      ...extracted,
      recording,
      coverage: { ...entities.coverage, asked: plan.length, failed: gaps.length },
      limits: toLimits(taken),
      cost: toCost(entities),
      stored: recording && request.store ? await keep(ports, caller, { ...extracted, ...recording }) : null,
    };
  };

/** @throws Refusal UnknownUser, OnlyTheProvider, TooManyRequests */
async function admit({ extractions }: ExtractionPorts, caller: Caller, sessionId: string | null): Promise<Taken> {
  const asked = await extractions.ask(caller, sessionId);
  if (asked === 'unknown') throw new Refusal('UnknownUser');
  if (asked === 'tooMany') throw new Refusal('TooManyRequests', undefined, 60);
  if (asked !== 'notProvider') return asked;
  throw sessionId === null
    ? new Refusal('OnlyTheProvider', 'Only somebody who is the provider of a visit may do this.')
    : new Refusal('OnlyTheProvider');
}

interface ToRead {
  transcript: Transcript;
  recording: Extraction['recording'];
}

/** A session is read as its provider reads it: with her own token, and written down. */
async function read({ records }: ExtractionPorts, caller: Caller, request: ExtractionRequest): Promise<ToRead> {
  if (request.text !== null) return { transcript: ofText(request.text, request.language), recording: null };
  const recordingId = await records.newest(caller, request.sessionId);
  const opened = await openAll((page) => records.open(caller, recordingId, page));
  return { transcript: ofOpened(opened), recording: { recordingId, revision: opened.revision } };
}

/**
 * Counts the characters before anything is asked, and gives them back when nothing was read, because that costs nothing.
 * @throws Refusal TextTooLong, TooManyRequests, ServiceUnavailable when every call has failed
 */
async function askWithin(
  ports: ExtractionPorts,
  caller: Caller,
  text: string,
  plan: readonly PlanItem[],
  { since, before }: { since: Date; before: Taken },
): Promise<Asked & { taken: Taken }> {
  if (plan.length === 0) return { answers: [], gaps: [], taken: before };
  const characters = codePoints(text);
  if (characters > charactersADay) {
    throw new Refusal('TextTooLong', 'What was said is longer than may be read in a day.');
  }
  const { outcome, ...taken } = await ports.extractions.take(caller, characters);
  if (outcome === 'tooMany') throw tooMuch(taken, since);
  const { now, pause } = ports;
  const asked = await askAll(text, plan, {
    now,
    pause,
    since,
    async ask(operation, part, item) {
      const answer = await ports.clinicalText.ask(operation, part);
      ports.measure('', 'ComprehendUnits', units(item), operation);
      ports.measure('', 'EstimatedUsd', usdOfUnits(operation, units(item)));
      return answer;
    },
    onFailed: ({ operation, n }, error) => ports.log('a call failed', { operation, n, error }),
  });
  if (asked.answers.length > 0) return { ...asked, taken };
  await ports.extractions.giveBack(caller, characters, taken.day);
  throw new Refusal('ServiceUnavailable', 'The service that reads texts does not answer now: ask again.');
}

function tooMuch(taken: Taken, now: Date): Refusal {
  const { left, resetsAt } = toLimits(taken);
  const [most, more] = [charactersADay, left].map((count) => count.toLocaleString('en'));
  const sentence = `A user may have ${most} characters read in a day; ${more} are left until ${resetsAt}.`;
  return new Refusal('TooManyRequests', sentence, Math.ceil((Date.parse(resetsAt) - now.getTime()) / 1000));
}

function toLimits({ used, day }: Taken): Extraction['limits'] {
  const resetsAt = new Date(Date.parse(day) + 24 * 3_600_000).toISOString();
  return { charactersPerDay: charactersADay, used, left: Math.max(0, charactersADay - used), resetsAt };
}

function toCost({ engine }: Entities): Extraction['cost'] {
  const paid = Object.entries(engine.operations).map(([operation, sum]) => [operation, sum.units]);
  const byOperation = Object.fromEntries(paid) as Partial<Record<Operation, number>>;
  return { usd: estimateUsd('imported', null, byOperation), units: byOperation, pricesAsOf: prices.asOf };
}

/** @throws Refusal OnlyTheProvider when somebody else has become the provider meanwhile */
async function keep(
  { extractions }: ExtractionPorts,
  caller: Caller,
  extracted: Parameters<ExtractionPorts['extractions']['keep']>[1],
): Promise<string> {
  const kept = await extractions.keep(caller, extracted);
  if (kept === 'notProvider') throw new Refusal('OnlyTheProvider');
  return kept.id;
}
