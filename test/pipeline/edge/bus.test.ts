import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { connectBus, toNudges } from '../../../pipeline/edge/bus.ts';
import { toCaptionsEvent } from '../../../pipeline/meetings/captionsEvent.ts';
import { toChangedMeeting } from '../../../pipeline/meetings/pipelineEvents.ts';

const sdk = mockClient(EventBridgeClient);
beforeEach(() => sdk.reset());
afterAll(() => sdk.restore());

const nudges = toNudges(new EventBridgeClient({ region: 'eu-west-1' }));

test('what is told is what the step reads', async () => {
  sdk.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
  await nudges.tell('meeting-1');
  const [call] = sdk.commandCalls(PutEventsCommand);
  const [entry, ...others] = call?.args[0].input.Entries ?? [];
  const { Source: source, DetailType, Detail = '' } = entry ?? {};
  expect(others).toEqual([]);
  expect(toChangedMeeting({ source, 'detail-type': DetailType, detail: JSON.parse(Detail) as unknown })).toBe(
    'meeting-1',
  );
});

test('captions are told again in the words of Chime, which the step reads', async () => {
  sdk.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
  await nudges.tell('meeting-1', { eventType: 'chime:TranscriptionFailed', timestamp: 1_700_000_000_123 });
  const { Source: source, Detail = '' } = sdk.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries?.[0] ?? {};
  expect(toCaptionsEvent({ source, detail: JSON.parse(Detail) as unknown })).toEqual({
    meetingId: 'meeting-1',
    at: '2023-11-14T22:13:20.123Z',
    runs: false,
    reason: 'Failed',
  });
});

test.each<[string, () => void]>([
  [
    'refused in an answer of 200',
    () => sdk.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'x' }] }),
  ],
  [
    'refused',
    () => sdk.on(PutEventsCommand).rejects(Object.assign(new Error('said'), { name: 'AccessDeniedException' })),
  ],
])('what is %s is to be told again', async (_, answer) => {
  answer();
  await expect(nudges.tell('meeting-1')).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});

test('a client makes the attempts for which a person waits', async () => {
  const { config } = connectBus('eu-west-1');
  expect([await config.region(), await config.maxAttempts()]).toEqual(['eu-west-1', 2]);
});
