import {
  BatchCreateAttendeeCommand,
  ChimeSDKMeetingsClient,
  CreateAttendeeCommand,
  CreateMeetingCommand,
  DeleteAttendeeCommand,
  DeleteMeetingCommand,
  GetAttendeeCommand,
  GetMeetingCommand,
  StartMeetingTranscriptionCommand,
  StopMeetingTranscriptionCommand,
  UpdateAttendeeCapabilitiesCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Meetings } from '../../../pipeline/callPorts.ts';
import { connectChime, toMeetings } from '../../../pipeline/edge/chime.ts';
import type { Capabilities } from '../../../pipeline/meetings/call.ts';
import { userOf } from '../memoryCall.ts';

const sdk = mockClient(ChimeSDKMeetingsClient);
beforeEach(() => sdk.reset());
afterAll(() => sdk.restore());

const paused: number[] = [];
beforeEach(() => void (paused.length = 0));
const world = (random: number) => ({ random: () => random, sleep: async (ms: number) => void paused.push(ms) });
const meetings = toMeetings(new ChimeSDKMeetingsClient({ region: 'eu-central-1' }), world(0.5));

const MeetingId = 'meeting-1';
const AttendeeId = 'attendee-1';
const userId = userOf(2);
const waiting: Capabilities = { Audio: 'None', Video: 'None', Content: 'None' };
const attendee = { AttendeeId, ExternalUserId: userId, JoinToken: 'token', Capabilities: waiting };
const wanted = { token: 'session-1', externalMeetingId: 'session', mediaRegion: 'eu-west-1' };
const captions = { engine: 'transcribe-medical', language: 'en-US', region: 'eu-west-1' } as const;
const failing = (name: string) => Object.assign(new Error('said by the service'), { name });

/** Each call, and what it means that Chime knows no such meeting or attendee. */
const calls: readonly (readonly [string, () => Promise<unknown>, unknown])[] = [
  ['exists', () => meetings.exists(MeetingId), false],
  ['remove', () => meetings.remove(MeetingId), undefined],
  ['createAttendee', () => meetings.createAttendee(MeetingId, { userId, capabilities: waiting }), undefined],
  ['createAttendees', () => meetings.createAttendees(MeetingId, [{ userId, capabilities: waiting }]), undefined],
  ['findAttendee', () => meetings.findAttendee(MeetingId, AttendeeId), undefined],
  ['setCapabilities', () => meetings.setCapabilities(MeetingId, AttendeeId, waiting), 'gone'],
  ['removeAttendee', () => meetings.removeAttendee(MeetingId, AttendeeId), undefined],
  ['startCaptions', () => meetings.startCaptions(MeetingId, captions), 'gone'],
  ['stopCaptions', () => meetings.stopCaptions(MeetingId), undefined],
];
const all: [string, () => Promise<unknown>][] = [
  ['create', () => meetings.create(wanted)],
  ...calls.map(([name, call]): [string, () => Promise<unknown>] => [name, call]),
];

test.each(calls)('%s: what Chime does not know is no failure', async (_, call, expected) => {
  sdk.rejects(failing('NotFoundException'));
  expect(await call()).toEqual(expected);
});

describe.each([
  'ThrottlingException',
  'ServiceFailureException',
  'ServiceUnavailableException',
  'AccessDeniedException',
  'UnrecognizedClientException',
  'TimeoutError',
  'Error',
])('%s', (name) => {
  test.each(all)('of %s: ask again', async (_, call) => {
    sdk.rejects(failing(name));
    await expect(call()).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  });
});

describe.each(['BadRequestException', 'UnprocessableEntityException', 'UnauthorizedException', 'ForbiddenException'])(
  '%s',
  (name) => {
    test.each(all)('of %s is a fault of ours', async (_, call) => {
      sdk.rejects(failing(name));
      await expect(call()).rejects.toMatchObject({ name });
    });
  },
);

test('a meeting that Chime does not know cannot be what it should make', async () => {
  sdk.rejects(failing('NotFoundException'));
  await expect(meetings.create(wanted)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
});

describe('a quota', () => {
  test.each(all)('that is used up, of %s', async (name, call) => {
    sdk.rejects(failing('LimitExceededException'));
    const isOfPeople = name === 'createAttendee' || name === 'createAttendees';
    await expect(call()).rejects.toMatchObject({ code: isOfPeople ? 'MeetingFull' : 'ChimeUnavailable' });
  });
});

describe('a meeting', () => {
  const made = { MeetingId, MediaRegion: 'eu-west-1', MediaPlacement: { AudioHostUrl: 'host' } };

  test('is made by its token, and passed on whole', async () => {
    sdk.on(CreateMeetingCommand).resolves({ Meeting: made });
    expect(await meetings.create(wanted)).toEqual(made);
    expect(sdk.calls()[0]?.args[0].input).toEqual({
      ClientRequestToken: 'session-1',
      ExternalMeetingId: 'session',
      MediaRegion: 'eu-west-1',
    });
    expect(paused).toEqual([]);
  });

  test('that somebody else is just making is asked for again, by the same token, after pauses', async () => {
    sdk
      .on(CreateMeetingCommand)
      .rejectsOnce(failing('ConflictException'))
      .rejectsOnce(failing('ConflictException'))
      .resolves({ Meeting: made });
    expect(await meetings.create(wanted)).toEqual(made);
    const tokens = sdk.calls().map((call) => (call.args[0].input as { ClientRequestToken: string }).ClientRequestToken);
    expect(tokens).toEqual(['session-1', 'session-1', 'session-1']);
    expect(paused.map(Math.round)).toEqual([195, 195]);
  });

  test('is given up when it is never made, after no more than three seconds of pauses', async () => {
    sdk.on(CreateMeetingCommand).rejects(failing('ConflictException'));
    const slow = toMeetings(new ChimeSDKMeetingsClient({ region: 'eu-central-1' }), world(1));
    await expect(slow.create(wanted)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect(sdk.calls()).toHaveLength(9);
    expect(paused.reduce((sum, ms) => sum + ms)).toBeLessThanOrEqual(3_000);
    expect(Math.min(...paused)).toBeGreaterThan(0);
  });

  test.each([
    ['without an id', { MediaRegion: 'eu-west-1' }],
    ['that is none', undefined],
  ])('%s is of no use', async (_, Meeting) => {
    sdk.on(CreateMeetingCommand).resolves({ ...(Meeting && { Meeting }) });
    await expect(meetings.create(wanted)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  });

  test('lives, and is ended, by its id', async () => {
    sdk.on(GetMeetingCommand, { MeetingId }).resolves({ Meeting: made });
    sdk.on(DeleteMeetingCommand, { MeetingId }).resolves({});
    expect([await meetings.exists(MeetingId), await meetings.remove(MeetingId)]).toEqual([true, undefined]);
  });
});

describe('an attendee', () => {
  test('is made with what that person may, and looked up, changed and removed by its id', async () => {
    const input = { MeetingId, ExternalUserId: userId, Capabilities: waiting };
    sdk.on(CreateAttendeeCommand, input).resolves({ Attendee: attendee });
    sdk.on(GetAttendeeCommand, { MeetingId, AttendeeId }).resolves({ Attendee: attendee });
    sdk.on(UpdateAttendeeCapabilitiesCommand, { MeetingId, AttendeeId, Capabilities: waiting }).resolves({});
    sdk.on(DeleteAttendeeCommand, { MeetingId, AttendeeId }).resolves({});
    expect(await meetings.createAttendee(MeetingId, { userId, capabilities: waiting })).toEqual(attendee);
    expect(await meetings.findAttendee(MeetingId, AttendeeId)).toEqual(attendee);
    expect(await meetings.setCapabilities(MeetingId, AttendeeId, waiting)).toBe('set');
    await meetings.removeAttendee(MeetingId, AttendeeId);
    expect(sdk.calls()).toHaveLength(4);
  });

  test('of which Chime says nothing more may everything', async () => {
    const { Capabilities: _, ...rest } = attendee;
    sdk.on(GetAttendeeCommand).resolves({ Attendee: rest });
    const found = await meetings.findAttendee(MeetingId, AttendeeId);
    expect(found?.Capabilities).toEqual({ Audio: 'SendReceive', Video: 'SendReceive', Content: 'SendReceive' });
  });

  test.each([
    ['an id', { ...attendee, AttendeeId: undefined }],
    ['a token', { ...attendee, JoinToken: undefined }],
    ['anything', undefined],
  ])('without %s is of no use', async (_, Attendee) => {
    sdk.on(CreateAttendeeCommand).resolves(Attendee ? { Attendee } : {});
    const made = meetings.createAttendee(MeetingId, { userId, capabilities: waiting });
    await expect(made).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  });
});

describe('several attendees', () => {
  const people = [2, 3, 4].map((n) => ({ userId: userOf(n), capabilities: waiting }));

  test('are made in one call, and each has an answer, though the call went well', async () => {
    sdk.on(BatchCreateAttendeeCommand).resolves({
      Attendees: [attendee],
      Errors: [
        { ExternalUserId: userOf(3), ErrorCode: 'LimitExceeded', ErrorMessage: 'said by the service' },
        { ExternalUserId: userOf(4), ErrorCode: 'ServiceFailure', ErrorMessage: 'said by the service' },
      ],
    });
    expect(await meetings.createAttendees(MeetingId, people)).toEqual({
      attendees: [attendee],
      errors: [
        { userId: userOf(3), code: 'MeetingFull' },
        { userId: userOf(4), code: 'ChimeUnavailable' },
      ],
    });
    expect(sdk.calls()[0]?.args[0].input).toEqual({
      MeetingId,
      Attendees: [2, 3, 4].map((n) => ({ ExternalUserId: userOf(n), Capabilities: waiting })),
    });
  });

  test('that are none ask nobody', async () => {
    expect(await meetings.createAttendees(MeetingId, [])).toEqual({ attendees: [], errors: [] });
    expect(sdk.calls()).toEqual([]);
  });
});

describe('captions', () => {
  const medical = {
    EngineTranscribeMedicalSettings: {
      LanguageCode: 'en-US',
      Specialty: 'PRIMARYCARE',
      Type: 'CONVERSATION',
      Region: 'eu-west-1',
    },
  } as const;
  const asked = () => sdk.calls().map(({ args: [command] }) => command.constructor.name.replace(/Meeting.*/, ''));

  test.each([
    ['by the medical engine', captions, medical],
    [
      'by the other one',
      { engine: 'transcribe', language: 'fr-FR', region: 'eu-central-1' },
      { EngineTranscribeSettings: { LanguageCode: 'fr-FR', Region: 'eu-central-1' } },
    ],
  ] as const)('are made %s, in the language and the region that are named', async (_, wanted, configuration) => {
    sdk.on(StartMeetingTranscriptionCommand).resolves({});
    expect(await meetings.startCaptions(MeetingId, wanted)).toBe('started');
    const inputs = sdk.calls().map(({ args: [{ input }] }) => input);
    expect(inputs).toEqual([{ MeetingId, TranscriptionConfiguration: configuration }]);
  });

  test('take the place of those that there are', async () => {
    sdk
      .on(StartMeetingTranscriptionCommand)
      .rejectsOnce(failing('UnprocessableEntityException'))
      .resolves({})
      .on(StopMeetingTranscriptionCommand, { MeetingId })
      .resolves({});
    expect(await meetings.startCaptions(MeetingId, captions)).toBe('started');
    expect(asked()).toEqual(['Start', 'Stop', 'Start']);
  });

  test('are not asked for a third time', async () => {
    sdk.on(StartMeetingTranscriptionCommand).rejects(failing('UnprocessableEntityException'));
    sdk.on(StopMeetingTranscriptionCommand).resolves({});
    await expect(meetings.startCaptions(MeetingId, captions)).rejects.toMatchObject({
      name: 'UnprocessableEntityException',
    });
    expect(asked()).toEqual(['Start', 'Stop', 'Start']);
  });

  test('are stopped by the meeting', async () => {
    sdk.on(StopMeetingTranscriptionCommand, { MeetingId }).resolves({});
    await meetings.stopCaptions(MeetingId);
    expect(asked()).toEqual(['Stop']);
  });
});

test('a client makes the attempts for which a person waits', async () => {
  const { config } = connectChime('eu-central-1');
  expect([await config.region(), await config.maxAttempts()]).toEqual(['eu-central-1', 2]);
});

test('every method of the port is tried here', () => {
  expect(Object.keys(meetings satisfies Meetings).toSorted()).toEqual(all.map(([name]) => name).toSorted());
});
