import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Documents } from '../../bench/consultations/documents.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { type Released, toReleased } from '../../pipeline/reading/release.ts';
import { documentsOf } from '../pipeline/consult.ts';
import { chance, Clinic, patient, provider, tokenOf } from './clinic.ts';

const lines = ['P: I have a [cough].', 'C: Do you have [asthma]?', 'P: No.'];
const codes = { cough: 'R05.9', asthma: 'J45.909' };

let clinic: Clinic;
let first: Documents;
beforeAll(async () => {
  clinic = await Clinic.open();
  first = await documentsOf(lines, { category: 'MEDICAL_CONDITION', type: 'DX_NAME', codes });
});
afterAll(() => clinic.db.close());

interface Entry {
  revision: number;
  action: string;
  actor: string | null;
  amendment: boolean;
  detail: {
    decisions?: ({ note?: string } & Record<string, string | null>)[];
    correction?: string;
    finding?: string;
    system?: string;
    code?: string;
  };
}

/** What the log says is so: the state that its entries, from the first on, come to. */
function replayed(log: readonly Entry[]) {
  const reviews = new Map<string, string>();
  const findings = new Map<string, string>();
  const corrections = new Set<string>();
  let revision = 0;
  let signed: number | null = null;
  let released: number[] = [];
  for (const { action, detail, revision: after } of log) {
    const decides = !['signed', 'released', 'release-withdrawn'].includes(action);
    expect(after).toBe(revision + (decides ? 1 : 0));
    revision = after;
    for (const { entity, system, code, review } of action === 'codes' ? (detail.decisions ?? []) : []) {
      reviews.set(`${entity} ${system} ${code}`, review ?? '');
    }
    for (const { finding, verdict, status } of action === 'findings' ? (detail.decisions ?? []) : []) {
      findings.set(finding ?? '', verdict ? `${verdict} ${status ?? null}` : '');
    }
    if (action === 'code-added') reviews.set(`${detail.finding} ${detail.system} ${detail.code}`, 'accepted');
    if (action === 'words-corrected' || action === 'role-corrected') corrections.add(detail.correction ?? '');
    if (action === 'correction-withdrawn') corrections.delete(detail.correction ?? '');
    if (action === 'signed') signed = after;
    if (action === 'released') released = [...released, after];
    if (action === 'release-withdrawn') released = [];
  }
  const decided = (all: Map<string, string>, none: string) =>
    Object.fromEntries([...all].filter(([, value]) => value !== none));
  return {
    revision,
    signed,
    released: released.at(-1) ?? null,
    reviews: decided(reviews, 'suggested'),
    findings: decided(findings, ''),
    corrections: [...corrections].toSorted(),
  };
}

/** The same of a consultation as it is opened. */
function stateOf({ revision, recording, codes: rows, findingReviews, corrections }: Opened) {
  const reviewed = rows.filter(({ review }) => review !== 'suggested');
  return {
    revision,
    signed: recording.signedRevision,
    released: recording.releasedRevision,
    reviews: Object.fromEntries(
      reviewed.map(({ entity, system, code, review }) => [`${entity} ${system} ${code}`, review]),
    ),
    findings: Object.fromEntries(
      findingReviews.map(({ finding, verdict, status }) => [finding, `${verdict} ${status}`]),
    ),
    corrections: corrections.map(({ id }) => id).toSorted(),
  };
}

/** Results that differ by a score, by a code that is no longer suggested, or in nothing. */
function results(recordingId: string, variant: number): Documents {
  const documents = structuredClone(first);
  documents.consultation.recordingId = recordingId;
  const [entity] = documents.entities.entities;
  if (variant === 1 && entity) entity.score = 0.5;
  if (variant === 2 && entity) entity.codes = [];
  return documents;
}

/** One window of the provider: what she has seen, and what she does from there. */
interface Tab {
  seen: Opened;
}

const decisions = [
  'review_codes',
  'review_findings',
  'add_code',
  'correct_words',
  'correct_role',
  'withdraw_correction',
];
const endings = ['sign_consultation', 'release_results', 'withdraw_release'];

/** What somebody does next, by chance: the arguments of a change that fits what her window shows. */
function argumentsOf(rpc: string, { seen }: Tab, pick: (n: number) => number): object {
  const code = seen.codes[pick(seen.codes.length)];
  const { problems, ruledOut } = seen.consultation;
  const finding = [...problems, ...ruledOut][pick(2)]?.id;
  const mention = seen.entities[pick(2)];
  const correction = seen.corrections[pick(seen.corrections.length)]?.id ?? tokenOf('none');
  const review = ['accepted', 'rejected', 'suggested'][pick(3)];
  const verdict = [
    { verdict: 'right' },
    { verdict: 'wrong' },
    { verdict: 'wrong', status: 'historical' },
    { verdict: null },
  ];
  switch (rpc) {
    case 'review_codes':
      return { decisions: code ? [{ entity: code.entity, system: code.system, code: code.code, review }] : [] };
    case 'review_findings':
      return { decisions: [{ finding, ...verdict[pick(4)] }] };
    case 'add_code':
      return { finding, system: 'ICD-10-CM', code: `R0${5 + pick(3)}` };
    case 'correct_words':
      return {
        turn: mention?.turn,
        begin: mention?.begin,
        end: mention?.end,
        was: mention?.text,
        becomes: `dry ${mention?.text}`,
      };
    case 'correct_role':
      return { speaker: 'spk_0', from_turn: 0, to_turn: pick(3), role: 'other' };
    case 'withdraw_correction':
      return { correction };
    default:
      return {};
  }
}

/** How often each outcome came up, over all runs: a campaign that is refused everything proves nothing. */
const outcomes = new Map<string, number>();
const count = (what: string) => outcomes.set(what, (outcomes.get(what) ?? 0) + 1);

/** Two windows, the pipeline and its re-run, in an order that the seed decides. */
async function interleave(seed: number): Promise<void> {
  const pick = chance(seed);
  const recording = `rec-${seed}`;
  const sessionId = tokenOf(recording);
  await clinic.meet(sessionId);
  await clinic.store(results(recording, 0), sessionId);
  let revision = 1;
  let signed = false;
  let variant = 0;
  const tabs: [Tab, Tab] = [{ seen: await clinic.opened(recording) }, { seen: await clinic.opened(recording) }];
  for (let step = 0; step < 8; step += 1) {
    const tab = tabs[pick(2) as 0 | 1];
    const what = pick(12);
    if (what === 0) tab.seen = await clinic.opened(recording);
    else if (what === 1) {
      const other = pick(3);
      const outcome = await clinic.store(results(recording, other), sessionId);
      const isRefused = 'state' in outcome;
      count(`results ${isRefused ? outcome.state : 'stored'}`);
      expect(isRefused).toBe(signed && other !== variant);
      if (!isRefused && other !== variant) [variant, revision] = [other, revision + 1];
    } else if (what === 2) {
      await clinic.store(results(`${recording}-r2`, pick(3)), sessionId);
    } else {
      const rpc = what < 9 ? (decisions[pick(decisions.length)] ?? '') : (endings[pick(endings.length)] ?? '');
      const token = tokenOf(`${seed} ${step}`);
      const at = rpc === 'withdraw_release' ? {} : { revision: tab.seen.revision };
      const args = { recording, token, ...at, ...argumentsOf(rpc, tab, pick) };
      const outcome = await clinic.call(provider, rpc, args);
      count(`${rpc} ${'state' in outcome ? outcome.state : 'done'}`);
      const isStale = rpc !== 'withdraw_release' && tab.seen.revision !== revision;
      // Whoever has not seen the present state changes nothing, and is told which it is.
      if (isStale) expect(outcome).toEqual({ state: 'PT409', detail: { revision } });
      if ('state' in outcome) continue;
      if (decisions.includes(rpc)) revision += 1;
      if (rpc === 'sign_consultation') signed = true;
      expect(outcome).toEqual({ answer: { revision } });
      // The same request again, as a client sends it that has heard no answer.
      if (pick(3) === 0) expect(await clinic.call(provider, rpc, args)).toEqual(outcome);
      if (rpc === 'release_results') {
        const document = await clinic.answer<Released>(patient, 'read_released', { recording });
        expect(document).toEqual(toReleased(await clinic.opened(recording)));
      }
      if (pick(2) === 0) tab.seen = await clinic.opened(recording);
    }
  }
  const opened = await clinic.opened(recording);
  const log = await clinic.rows<Entry>(
    'select revision, action, actor, amendment, detail from public.review_log where recording_id = $1 order by id',
    [recording],
  );
  expect(stateOf(opened)).toEqual(replayed(log));
  expect(opened.revision).toBe(revision);
  const rerun = await clinic.call(provider, 'open_consultation', { recording: `${recording}-r2` });
  if ('answer' in rerun) {
    const { findingReviews, codes: rows, corrections } = rerun.answer as Opened;
    expect([findingReviews, corrections, rows.filter(({ review }) => review !== 'suggested')]).toEqual([[], [], []]);
  }
}

test('1,000 interleavings of two windows with the pipeline: nothing is overwritten unseen, and the log gives the state', async () => {
  for (let seed = 1; seed <= 1000; seed += 1) {
    await interleave(seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
    });
  }
  const often = (what: string) => (outcomes.get(what) ?? 0) > 20;
  expect([...decisions, ...endings].filter((rpc) => !often(`${rpc} done`))).toEqual([]);
  expect(['review_codes', 'release_results'].filter((rpc) => !often(`${rpc} PT409`))).toEqual([]);
  expect(outcomes.get('results stored')).toBeGreaterThan(300);
  expect(outcomes.get('results PT409')).toBeGreaterThan(10);
});
