import {
  ChimeSDKMeetingsClient,
  CreateMeetingWithAttendeesCommand,
  DeleteMeetingCommand,
  GetMeetingCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { beforeAll, expect, test } from 'vitest';
import { clientConfig } from '../../../local/stack/clients.ts';
import { failureOf } from '../testClock.ts';
import { TestStack } from '../../workflow/testStack.ts';

let product: TestStack;
beforeAll(async () => {
  product = await TestStack.shared();
});

test('a client of the stack meets people, in a region that has the API', async () => {
  const { env, chime, faults } = product.stack;
  const client = new ChimeSDKMeetingsClient({ ...clientConfig(env), region: 'eu-central-1', maxAttempts: 1 });
  const before = faults.count('chime', 'CreateMeetingWithAttendees');
  const { Meeting, Attendees } = await client.send(
    new CreateMeetingWithAttendeesCommand({
      ClientRequestToken: 'stack-test',
      MediaRegion: 'eu-west-1',
      ExternalMeetingId: 'stack-test',
      Attendees: [{ ExternalUserId: 'patient' }],
    }),
  );
  const MeetingId = Meeting?.MeetingId ?? '';
  const device = chime.people.join(MeetingId, Attendees?.[0]?.JoinToken ?? '');
  expect(chime.people.present(MeetingId).map(({ externalUserId }) => externalUserId)).toEqual(['patient']);
  await client.send(new DeleteMeetingCommand({ MeetingId }));
  expect(await device.ended).toBe(5);
  expect(chime.meetings().find(({ id }) => id === MeetingId)).toMatchObject({ end: 'deleted', region: 'eu-central-1' });
  expect(faults.count('chime', 'CreateMeetingWithAttendees')).toBe(before + 1);
  client.destroy();
});

test('in the region of the stack itself there is no such API', async () => {
  const client = new ChimeSDKMeetingsClient({ ...clientConfig(product.stack.env), maxAttempts: 1 });
  const get = new GetMeetingCommand({ MeetingId: '00000000-0000-4000-8000-000000000000' });
  expect((await failureOf(client.send(get))).name).toBe('UnrecognizedClientException');
  client.destroy();
});
