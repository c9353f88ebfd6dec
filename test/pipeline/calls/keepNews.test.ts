import { describe, expect, test } from 'vitest';
import { keepNews } from '../../../pipeline/calls/keepNews.ts';
import { keepRecording } from '../../../pipeline/calls/keepRecording.ts';
import { newsOf, type PipelineEvent } from '../../../pipeline/meetings/pipelineEvents.ts';
import { meetingId, memoryRecording, type MemoryRecordingOptions } from '../memoryRecording.ts';

const at = '2026-11-28T09:30:00.000Z';
const eventOf = (pipelineId: string, kind: PipelineEvent['kind'] = 'over'): PipelineEvent => ({ pipelineId, kind, at });

/** A meeting that is being recorded. */
async function recorded(options: MemoryRecordingOptions = {}) {
  const all = memoryRecording(options);
  await keepRecording(all.ports, meetingId);
  all.kept.calls.length = 0;
  return all;
}

test.each([
  ['over', 'Failed'],
  ['failed', 'Failed'],
] as const)('a capture that is %s is kept as over, and nothing is done at Chime', async (kind, reason) => {
  const { ports, recorded: has, kept } = await recorded();
  const facts = await keepNews(ports, eventOf('capture-1', kind));
  expect(facts).toMatchObject({ meetingId, capture: { state: 'over', reason, endedAt: at } });
  expect(has.capture).toEqual(facts?.capture);
  expect(kept.calls).toEqual(['recordingFacts', 'keepCapture']);
});

test('a capture of a meeting that is over has ended, and not failed', async () => {
  const { ports, recorded: has } = await recorded();
  has.isOver = true;
  await keepNews(ports, eventOf('capture-1'));
  expect(has.capture).toMatchObject({ state: 'over', reason: 'Ended' });
});

test('what is no news is kept by nobody: a beginning, and what comes again', async () => {
  const { ports, kept } = await recorded();
  expect(await keepNews(ports, eventOf('capture-1', 'other'))).toMatchObject({ capture: { state: 'running' } });
  await keepNews(ports, eventOf('capture-1'));
  await keepNews(ports, eventOf('capture-1'));
  expect(kept.calls.filter((call) => call === 'keepCapture')).toHaveLength(1);
});

test('one leg leaves nothing for the other, whichever is first', async () => {
  const told = (all: Awaited<ReturnType<typeof recorded>>) =>
    keepRecording(all.ports, meetingId, { told: (now) => newsOf(eventOf('capture-1'), now) });
  const [first, second, alone] = [await recorded(), await recorded(), await recorded()];
  await keepNews(first.ports, eventOf('capture-1'));
  await told(first);
  await told(second);
  await keepNews(second.ports, eventOf('capture-1'));
  await told(alone);
  expect(alone.recorded.capture?.state).toBe('joining');
  for (const { recorded: has } of [first, second])
    expect([has.capture, has.states]).toEqual([alone.recorded.capture, alone.recorded.states]);
});

test('over whoever was first it is kept again', async () => {
  const { ports, recorded: has } = await recorded();
  const own = { ...ports.calls };
  let others = 2;
  ports.calls.keepCapture = async (of) => {
    if (others > 0) has.version += 1;
    others -= 1;
    return own.keepCapture(of);
  };
  expect(await keepNews(ports, eventOf('capture-1'))).toMatchObject({ capture: { state: 'over' } });
});

describe('left to whoever follows the call', () => {
  test('a joining that was given up, which is measured there', async () => {
    const { ports, recorded: has, kept } = await recorded();
    await keepNews(ports, eventOf('capture-1'));
    await keepRecording(ports, meetingId);
    const joining = has.capture?.concatenationId ?? '';
    await keepNews(ports, eventOf(joining, 'failed'));
    expect(has.capture?.state).toBe('over');
    kept.clock += 25 * 3_600_000;
    await keepNews(ports, eventOf(joining, 'failed'));
    expect(has.capture?.state).toBe('over');
  });

  test.each<[string, (all: Awaited<ReturnType<typeof recorded>>) => void, string]>([
    ['a pipeline that no recording knows', () => {}, 'somebody-else'],
    [
      'a meeting that another deployment looks after',
      ({ kept }) => Object.assign(kept.meetings[0] ?? {}, { controlRegion: 'eu-west-2' }),
      'capture-1',
    ],
  ])('%s', async (_, change, pipelineId) => {
    const all = await recorded();
    change(all);
    expect(await keepNews(all.ports, eventOf(pipelineId))).toBeNull();
    expect(all.recorded.capture?.state).toBe('running');
  });
});
