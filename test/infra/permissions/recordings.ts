import { randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { makeStandIn } from '../../../local/cases/standIn.ts';
import { comesTo, RecordedVisit } from '../../workflow/recordedVisit.ts';
import type { TestStack } from '../../workflow/testStack.ts';

/** Calls are recorded, and nothing is kept of one in which somebody withdraws. */
export const recordingEnv = { RECORDS: 'on', CONSENT_WITHDRAWN: 'discard' };

/** What tells of a call that happens; without it, the sweep alone looks at recordings. */
const rules = ['CallChanged', 'MeetingChanged', 'PipelineChanged'];

/**
 * Calls that are recorded, by those who are told what happens and by the sweep alone. By name, what their captures have
 * become.
 */
export async function runRecordings(product: TestStack): Promise<Map<string, string>> {
  const ends = new Map<string, string>();
  for (const [name, play] of Object.entries(plays)) {
    const { meetingId } = await play(product, name);
    const [capture] = await product.rows('call_captures', 'meeting_id', meetingId);
    ends.set(name, String(capture?.['state']));
  }
  return ends;
}

const plays: Readonly<Record<string, (product: TestStack, name: string) => Promise<RecordedVisit>>> = {
  async recorded(product, name) {
    const call = await RecordedVisit.meet(product, name);
    await call.letIn('other');
    await call.agree();
    await call.comes('running');
    await call.caption(true);
    await call.caption(false);
    await call.captionUnasked();
    await comesTo(() => call.atChime()?.transcriptions?.every(({ to }) => to !== undefined), true);
    await call.end();
    await call.comes('joined');
    return call;
  },

  async withdrawn(product, name) {
    const call = await RecordedVisit.begin(product, name);
    await call.comes('running');
    await call.withdraw();
    await call.comes('discarded');
    await joinLate(product, call);
    return call;
  },

  /** Chime does not answer, and nobody knows whether it captures, when somebody withdraws. */
  async unanswered(product, name) {
    const { faults } = product.stack;
    const asked = product.countCalls();
    faults.add({ target: 'chime', operation: 'CreateMediaCapturePipeline', ...away });
    const call = await RecordedVisit.begin(product, name);
    await comesTo(() => asked('CreateMediaCapturePipeline') > 0, true);
    await call.withdraw();
    await call.comes('refused');
    faults.clear();
    return call;
  },

  /** The function that began it could not write that down: the sweep finds it in Chime's list. */
  async orphaned(product, name) {
    const call = await RecordedVisit.begin(product, name);
    await call.comes('running');
    await call.forget();
    const { pipelines } = product.stack.chime;
    const captures = () => pipelines.all().filter((one) => one.kind === 'capture' && one.meetingId === call.meetingId);
    const runs = () => captures().some(({ endedAt }) => endedAt === undefined);
    await comesTo(() => call.visit.untilSwept().then(runs), false);
    await call.end();
    return call;
  },

  /** Its first joining never ends. */
  swept: (product, name) =>
    unheard(product, name, async (call) => {
      product.stack.chime.pipelines.spoil({ name: 'neverEnds', meetingId: call.meetingId });
      await call.end();
      await call.comes('joining');
      await call.ages('since', '2 hours');
      await call.comes('joined');
    }),

  /** Chime cannot be asked to stop the captions when somebody withdraws. */
  sweptAway: (product, name) =>
    unheard(product, name, async (call) => {
      const { faults } = product.stack;
      await call.caption(true);
      faults.add({ target: 'chime', operation: 'StopMeetingTranscription', ...away });
      await expect(call.withdraw()).rejects.toThrow('ChimeUnavailable');
      faults.clear();
      await call.comes('discarded');
      await joinLate(product, call);
    }),
};

const away = { error: 'ServiceUnavailable', status: 503, times: Number.POSITIVE_INFINITY };

/** A call that is recorded, of which nothing is told. */
async function unheard(
  product: TestStack,
  name: string,
  happens: (call: RecordedVisit) => Promise<void>,
): Promise<RecordedVisit> {
  const call = await RecordedVisit.meet(product, name);
  await call.letIn('other');
  for (const rule of rules) await product.switchRule(rule, 'DISABLED');
  await call.agree();
  await call.comes('running');
  await happens(call);
  for (const rule of rules) await product.switchRule(rule, 'ENABLED');
  return call;
}

/** What Chime writes for somebody who joined the chunks by hand comes when nothing is to be kept any more. */
async function joinLate(product: TestStack, call: RecordedVisit): Promise<void> {
  const { clients, target } = product.deployment;
  const { bytes } = await makeStandIn({ durationMs: 10_000, channels: 1 });
  const id = randomUUID();
  const files = {
    'transcription-messages': ['txt', '\n'],
    'meeting-events': ['txt', '\n'],
    audio: ['mp4', bytes],
  } as const;
  for (const [folder, [ending, Body]] of Object.entries(files)) {
    const Key = `recordings/${call.meetingId}/${folder}/${id}.${ending}`;
    await clients.s3.send(new PutObjectCommand({ Bucket: target.recordingsBucket, Key, Body }));
  }
  const judged = async () => (await product.rows('call_concatenations', 'concatenation_id', id))[0]?.['verdict'];
  await comesTo(judged, 'discarded');
  await call.comes('discarded');
}
