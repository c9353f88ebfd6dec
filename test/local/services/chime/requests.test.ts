import {
  type AttendeeCapabilities,
  BatchCreateAttendeeCommand,
  CreateAttendeeCommand,
  CreateMeetingCommand,
  type CreateMeetingCommandInput,
  CreateMeetingWithAttendeesCommand,
  GetAttendeeCommand,
  GetMeetingCommand,
  ListAttendeesCommand,
  type MeetingFeaturesConfiguration,
  UpdateAttendeeCapabilitiesCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChimeHarness, onManualClock, refusalOf, visit } from './harness.ts';

let chime: ChimeHarness;
let meetingId: string;
let attendeeId: string;
beforeAll(async () => {
  chime = await onManualClock();
  meetingId = await chime.create({ ClientRequestToken: 'table' });
  ({ AttendeeId: attendeeId } = await chime.attend(meetingId, 'somebody'));
});
afterAll(() => chime[Symbol.asyncDispose]());

let made = 0;
const create = (fields: Partial<Record<keyof CreateMeetingCommandInput, unknown>>) => {
  made += 1;
  const input = { ...visit, ClientRequestToken: `made-${made}`, ...fields } as CreateMeetingCommandInput;
  return chime.client().send(new CreateMeetingCommand(input));
};
const features = (MeetingFeatures: MeetingFeaturesConfiguration) => create({ MeetingFeatures });
const people = (count: number) => Array.from({ length: count }, (_, n) => ({ ExternalUserId: `person-${n}` }));
const together = (count: number) => {
  const input = { ...visit, ClientRequestToken: `together-${count}`, Attendees: people(count) };
  return chime.client().send(new CreateMeetingWithAttendeesCommand(input));
};
const batch = (count: number) =>
  chime.client().send(new BatchCreateAttendeeCommand({ MeetingId: meetingId, Attendees: people(count) }));
const attend = (ExternalUserId: unknown, Capabilities?: AttendeeCapabilities) =>
  chime
    .client()
    .send(new CreateAttendeeCommand({ MeetingId: meetingId, ExternalUserId: ExternalUserId as string, Capabilities }));
const list = (MaxResults: number, NextToken?: string) =>
  chime.client().send(new ListAttendeesCommand({ MeetingId: meetingId, MaxResults, NextToken }));
const update = (Capabilities: unknown) =>
  chime.client().send(
    new UpdateAttendeeCapabilitiesCommand({
      MeetingId: meetingId,
      AttendeeId: attendeeId,
      Capabilities: Capabilities as AttendeeCapabilities,
    }),
  );

const all = { Audio: 'SendReceive', Video: 'SendReceive', Content: 'SendReceive' } as const;

describe('taken', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a token of 2', () => create({ ClientRequestToken: 'ab' })],
    ['a token of 64', () => create({ ClientRequestToken: 'a'.repeat(64) })],
    ['every character of an external id', () => create({ ExternalMeetingId: `-_&@+=,(){}[]/«».:|'"#aZ0À ÿ` })],
    ['an external id that has aws: later on', () => create({ ExternalMeetingId: 'my-aws:id' })],
    ['a meeting host', () => create({ MeetingHostId: 'host' })],
    ['a meeting of 250', () => features({ Attendee: { MaxCount: 250 } })],
    [
      'a meeting of 25 in full high definition',
      () => features({ Video: { MaxResolution: 'FHD' }, Attendee: { MaxCount: 25 } }),
    ],
    ['echo reduction', () => features({ Audio: { EchoReduction: 'AVAILABLE' } })],
    ['five tenants', () => create({ TenantIds: ['aa', 'bb', 'a#$@!', 'aaa', 'b_-'] })],
    ['50 tags', () => create({ Tags: Array.from({ length: 50 }, () => ({ Key: 'k', Value: '' })) })],
    ['both kinds of network', () => create({ MediaPlacementNetworkType: 'DualStack' })],
    ['10 attendees with a meeting', () => together(10)],
    ['100 attendees at once', () => batch(100)],
    ['a page of 1', () => list(1)],
    ['a page of 100', () => list(100)],
    ['nothing but listening', () => update({ Audio: 'Receive', Video: 'None', Content: 'None' })],
    ['content that is sent only', () => update({ Audio: 'None', Video: 'None', Content: 'Send' })],
  ])('%s', async (_, call) => {
    await expect(call()).resolves.toBeDefined();
  });
});

describe('refused as BadRequestException', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a token of 1', () => create({ ClientRequestToken: 'a' })],
    ['a token of 65', () => create({ ClientRequestToken: 'a'.repeat(65) })],
    ['a token with a dot', () => create({ ClientRequestToken: 'a.b' })],
    ['no media region', () => create({ MediaRegion: undefined })],
    ['a media region that does not exist', () => create({ MediaRegion: 'eu-central-2' })],
    ['a media region of another partition', () => create({ MediaRegion: 'us-gov-west-1' })],
    ['no external meeting id', () => create({ ExternalMeetingId: undefined })],
    ['an external id of 1', () => create({ ExternalMeetingId: 'a' })],
    ['an external id of 65', () => create({ ExternalMeetingId: 'a'.repeat(65) })],
    ['an external id with another character', () => create({ ExternalMeetingId: 'a*b' })],
    ['an external id of the service', () => create({ ExternalMeetingId: 'aws:mine' })],
    ['an external id of the service in capitals', () => create({ ExternalMeetingId: 'AWS:mine' })],
    ['a meeting of nobody', () => features({ Attendee: { MaxCount: 0 } })],
    ['a meeting of 251', () => features({ Attendee: { MaxCount: 251 } })],
    [
      'a meeting of 26 in full high definition',
      () => features({ Video: { MaxResolution: 'FHD' }, Attendee: { MaxCount: 26 } }),
    ],
    [
      'a meeting of 26 with large content',
      () => features({ Content: { MaxResolution: 'UHD' }, Attendee: { MaxCount: 26 } }),
    ],
    ['a resolution that video does not have', () => features({ Video: { MaxResolution: 'UHD' as 'FHD' } })],
    ['a resolution that content does not have', () => features({ Content: { MaxResolution: 'HD' as 'FHD' } })],
    ['no tenants', () => create({ TenantIds: [] })],
    ['six tenants', () => create({ TenantIds: ['aa', 'bb', 'cc', 'dd', 'ee', 'ff'] })],
    ['a tenant with a character four times in a row', () => create({ TenantIds: ['aaaa'] })],
    ['51 tags', () => create({ Tags: Array.from({ length: 51 }, () => ({ Key: 'k', Value: 'v' })) })],
    ['a tag without a key', () => create({ Tags: [{ Key: '', Value: 'v' }] })],
    ['a tag with a long value', () => create({ Tags: [{ Key: 'k', Value: 'v'.repeat(257) }] })],
    ['another kind of network', () => create({ MediaPlacementNetworkType: 'Ipv6Only' })],
    ['11 attendees with a meeting, of which the model lets 20', () => together(11)],
    ['no attendees with a meeting', () => together(0)],
    ['101 attendees at once', () => batch(101)],
    ['no attendees at once', () => batch(0)],
    ['an attendee without an external id', () => attend(undefined)],
    ['an attendee of the service', () => attend('aws:MediaPipeline-1')],
    ['a capability that does not exist', () => update({ ...all, Audio: 'Listen' })],
    ['two of three capabilities', () => update({ Audio: 'None', Video: 'None' })],
    ['no capabilities', () => update(undefined)],
    ['content without video', () => update({ ...all, Video: 'None' })],
    ['content without receiving video', () => attend('watcher', { ...all, Video: 'Send', Content: 'Receive' })],
    ['a page of nothing', () => list(0)],
    ['a page of 101', () => list(101)],
    ['a page after nobody', () => list(1, 'nobody')],
    ['a meeting id that is none', () => chime.client().send(new GetMeetingCommand({ MeetingId: 'none' }))],
    [
      'an attendee id that is none',
      () => chime.client().send(new GetAttendeeCommand({ MeetingId: meetingId, AttendeeId: 'a/b' })),
    ],
  ])('%s', async (_, call) => {
    const before = chime.meetings().length;
    expect(await refusalOf(call())).toEqual(['BadRequestException', 400]);
    expect(chime.meetings()).toHaveLength(before);
  });
});

describe('a meeting without a medium', () => {
  const without = async (medium: 'Video' | 'Content' | 'both') => {
    const none = { MaxResolution: 'None' } as const;
    const wanted = { ...(medium !== 'Content' && { Video: none }), ...(medium !== 'Video' && { Content: none }) };
    const { Meeting } = await features(wanted);
    return (Capabilities?: AttendeeCapabilities) =>
      chime
        .client()
        .send(new CreateAttendeeCommand({ MeetingId: Meeting?.MeetingId, ExternalUserId: 'one', Capabilities }));
  };

  test.each<['Video' | 'Content' | 'both', AttendeeCapabilities]>([
    ['Video', { Audio: 'SendReceive', Video: 'Receive', Content: 'SendReceive' }],
    ['Content', { Audio: 'SendReceive', Video: 'SendReceive', Content: 'None' }],
    ['both', { Audio: 'SendReceive', Video: 'None', Content: 'None' }],
  ])('%s: an attendee may do the rest', async (medium, expected) => {
    const attend = await without(medium);
    expect((await attend()).Attendee?.Capabilities).toEqual(expected);
  });

  test.each<['Video' | 'Content', AttendeeCapabilities]>([
    ['Video', { ...all, Video: 'Receive', Content: 'None' }],
    ['Content', { ...all, Content: 'Send' }],
  ])('%s: nobody can ask for it', async (medium, capabilities) => {
    const attend = await without(medium);
    expect(await refusalOf(attend(capabilities))).toEqual(['BadRequestException', 400]);
  });

  test('refuses a batch as a whole when one asks for it', async () => {
    const { Meeting } = await features({ Video: { MaxResolution: 'None' } });
    const Attendees = [{ ExternalUserId: 'ann' }, { ExternalUserId: 'ben', Capabilities: all }];
    const MeetingId = Meeting?.MeetingId;
    const command = new BatchCreateAttendeeCommand({ MeetingId, Attendees });
    expect(await refusalOf(chime.client().send(command))).toEqual(['BadRequestException', 400]);
    const list = await chime.client().send(new ListAttendeesCommand({ MeetingId }));
    expect(list.Attendees).toEqual([]);
  });
});

describe('refused as what the stand-in does not have', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['notifications to a queue', () => create({ NotificationsConfiguration: { SqsQueueArn: 'arn:aws:sqs:a:b:c' } })],
    ['replicas', () => create({ PrimaryMeetingId: meetingId })],
  ])('%s', async (_, call) => {
    expect(await refusalOf(call())).toEqual(['NotImplemented', 501]);
  });
});

test.each([
  ['a field that the service does not have', '{"MediaRegion":"eu-west-1","Title":"x"}'],
  ['a number for a text', '{"ClientRequestToken":1}'],
  ['a list', '[]'],
  ['no JSON', '{'],
])('%s is a misspelling', async (_, body) => {
  const credential = 'Credential=AKIATEST/20261120/eu-central-1/chime/aws4_request';
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=s`;
  const answer = await fetch(`${chime.url}/meetings`, { method: 'POST', headers: { authorization }, body });
  expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([400, 'SerializationException']);
});
