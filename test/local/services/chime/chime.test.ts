import {
  BadRequestException,
  BatchCreateAttendeeCommand,
  BatchUpdateAttendeeCapabilitiesExceptCommand,
  ConflictException,
  CreateAttendeeCommand,
  CreateMeetingCommand,
  CreateMeetingWithAttendeesCommand,
  DeleteAttendeeCommand,
  DeleteMeetingCommand,
  GetAttendeeCommand,
  GetMeetingCommand,
  ListAttendeesCommand,
  ListTagsForResourceCommand,
  type Meeting,
  NotFoundException,
  ServiceUnavailableException,
  ThrottlingException,
  UpdateAttendeeCapabilitiesCommand,
} from '@aws-sdk/client-chime-sdk-meetings';
import { describe, expect, test } from 'vitest';
import { ServiceError } from '../../../../local/services/jsonService.ts';
import { failureOf } from '../../testClock.ts';
import { home, onManualClock, refusalOf, visit } from './harness.ts';

const everything = { Audio: 'SendReceive', Video: 'SendReceive', Content: 'SendReceive' } as const;
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('a meeting', () => {
  test('is described in full, and alike each time', async () => {
    await using chime = await onManualClock();
    const features = { Audio: { EchoReduction: 'AVAILABLE' }, Attendee: { MaxCount: 2 } } as const;
    const { Meeting: made, $metadata } = await chime
      .client()
      .send(new CreateMeetingCommand({ ...visit, MeetingHostId: 'host', MeetingFeatures: features }));
    expect($metadata.httpStatusCode).toBe(201);
    const id = made?.MeetingId ?? '';
    expect(made).toEqual({
      MeetingId: expect.stringMatching(uuid) as string,
      MeetingHostId: 'host',
      ExternalMeetingId: 'visit-1',
      MediaRegion: 'eu-west-1',
      MeetingFeatures: features,
      TenantIds: [],
      MeetingArn: `arn:aws:chime:eu-central-1:111122223333:meeting/${id}`,
      MediaPlacement: expect.objectContaining({
        SignalingUrl: `wss://signal.m1.ew1.app.chime.invalid/control/${id}`,
      }) as Meeting['MediaPlacement'],
    });
    // Nothing in it leads anywhere.
    for (const url of Object.values(made?.MediaPlacement ?? {})) expect(url).toContain('.app.chime.invalid');
    const { Meeting: read } = await chime.client().send(new GetMeetingCommand({ MeetingId: id.toUpperCase() }));
    expect(read).toEqual(made);
  });

  test('has attendees, who are found, listed in pages, changed and deleted', async () => {
    await using chime = await onManualClock();
    const MeetingId = await chime.create();
    const client = chime.client();
    const made = [];
    for (const name of ['ann', 'ben', 'cleo']) made.push(await chime.attend(MeetingId, name));
    expect(made[0]).toEqual({
      ExternalUserId: 'ann',
      AttendeeId: expect.stringMatching(uuid) as string,
      JoinToken: expect.stringMatching(/^[a-zA-Z0-9+/]{128}$/) as string,
      Capabilities: everything,
    });
    expect(new Set(made.map(({ JoinToken }) => JoinToken)).size).toBe(3);
    const first = await client.send(new ListAttendeesCommand({ MeetingId, MaxResults: 2 }));
    const second = await client.send(new ListAttendeesCommand({ MeetingId, NextToken: first.NextToken }));
    expect([...(first.Attendees ?? []), ...(second.Attendees ?? [])]).toEqual(made);
    expect([first.Attendees?.length, second.NextToken]).toEqual([2, undefined]);

    const AttendeeId = made[1]?.AttendeeId;
    const silent = { Audio: 'Receive', Video: 'Receive', Content: 'None' } as const;
    const update = new UpdateAttendeeCapabilitiesCommand({ MeetingId, AttendeeId, Capabilities: silent });
    expect((await client.send(update)).Attendee).toEqual({ ...made[1], Capabilities: silent });
    const get = new GetAttendeeCommand({ MeetingId, AttendeeId });
    expect((await client.send(get)).Attendee?.Capabilities).toEqual(silent);

    const { $metadata } = await client.send(new DeleteAttendeeCommand({ MeetingId, AttendeeId }));
    expect($metadata.httpStatusCode).toBe(204);
    expect(await refusalOf(client.send(get))).toEqual(['NotFoundException', 404]);
    const rest = await client.send(new ListAttendeesCommand({ MeetingId }));
    expect(rest.Attendees?.map(({ ExternalUserId }) => ExternalUserId)).toEqual(['ann', 'cleo']);
  });

  test('that has ended, or never was, is not found, whatever is asked of it', async () => {
    await using chime = await onManualClock();
    const MeetingId = await chime.create();
    const { AttendeeId } = await chime.attend(MeetingId, 'ann');
    const { $metadata } = await chime.client().send(new DeleteMeetingCommand({ MeetingId }));
    expect($metadata.httpStatusCode).toBe(204);
    for (const id of [MeetingId, '00000000-0000-4000-8000-000000000000']) {
      const calls = [
        chime.client().send(new GetMeetingCommand({ MeetingId: id })),
        chime.client().send(new DeleteMeetingCommand({ MeetingId: id })),
        chime.client().send(new CreateAttendeeCommand({ MeetingId: id, ExternalUserId: 'ben' })),
        chime.client().send(new BatchCreateAttendeeCommand({ MeetingId: id, Attendees: [{ ExternalUserId: 'ben' }] })),
        chime.client().send(new ListAttendeesCommand({ MeetingId: id })),
        chime.client().send(new GetAttendeeCommand({ MeetingId: id, AttendeeId })),
        chime.client().send(new DeleteAttendeeCommand({ MeetingId: id, AttendeeId })),
        chime
          .client()
          .send(new UpdateAttendeeCapabilitiesCommand({ MeetingId: id, AttendeeId, Capabilities: everything })),
      ];
      const refusals = await Promise.all(calls.map((call) => refusalOf(call)));
      expect(refusals).toEqual(calls.map(() => ['NotFoundException', 404]));
    }
  });

  test('is found in the region that made it, and in no other', async () => {
    await using chime = await onManualClock();
    const MeetingId = await chime.create({ MediaRegion: 'af-south-1' });
    for (const region of ['af-south-1', 'us-east-1']) {
      expect(await refusalOf(chime.client(region).send(new GetMeetingCommand({ MeetingId })))).toEqual([
        'NotFoundException',
        404,
      ]);
    }
    expect(await chime.create({}, 'af-south-1')).not.toBe(MeetingId);
  });

  test.each(['eu-west-1', 'eu-north-1', 'sa-east-1'])('cannot be made in %s, which has no API', async (region) => {
    await using chime = await onManualClock();
    expect(await refusalOf(chime.create({}, region))).toEqual(['UnrecognizedClientException', 400]);
  });
});

describe('the token of a request', () => {
  test('is one meeting while it lives, whatever else is asked for', async () => {
    await using chime = await onManualClock();
    const first = await chime.create();
    expect(await chime.create({ ExternalMeetingId: 'another' })).toBe(first);
    expect(await chime.create({ ClientRequestToken: 'visit-2' })).not.toBe(first);
    expect(chime.told()).toEqual(['MeetingStarted', 'MeetingStarted']);
  });

  test.each<['ended' | 'new' | 'refused']>([['ended'], ['new'], ['refused']])(
    'after the end: %s',
    async (endedToken) => {
      await using chime = await onManualClock({ assumed: { endedToken } });
      const first = await chime.create();
      await chime.client().send(new DeleteMeetingCommand({ MeetingId: first }));
      if (endedToken === 'refused') {
        expect(await failureOf(chime.create())).toBeInstanceOf(BadRequestException);
        return;
      }
      const again = await chime.create();
      expect(await chime.create()).toBe(again);
      expect(again === first).toBe(endedToken === 'ended');
      expect(chime.meetings().filter(({ endedAt }) => endedAt === undefined)).toHaveLength(
        endedToken === 'new' ? 1 : 0,
      );
    },
  );

  test('makes one meeting of 100 requests at once, and refuses those that come while it is made', async () => {
    await using chime = await onManualClock({ assumed: { createMs: 100 } });
    const settled = await Promise.allSettled(Array.from({ length: 100 }, () => chime.create()));
    const ids = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(new Set(ids).size).toBe(1);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(error).toBeInstanceOf(ConflictException);
      expect((error as ConflictException).$metadata.httpStatusCode).toBe(409);
    }
    expect(chime.meetings()).toHaveLength(1);
    // Asked once more, it is there.
    expect(await chime.create()).toBe(ids[0]);
  });

  test('is the same meeting for 100 requests at once, where that is so', async () => {
    await using chime = await onManualClock({ assumed: { createMs: 50, simultaneous: 'same' } });
    const ids = await Promise.all(Array.from({ length: 100 }, () => chime.create()));
    expect(new Set(ids).size).toBe(1);
    expect(chime.told()).toEqual(['MeetingStarted']);
  });

  test('brings the same attendees once more, and nobody else after the end', async () => {
    await using chime = await onManualClock();
    const ask = (...names: string[]) => {
      const Attendees = names.map((ExternalUserId) => ({ ExternalUserId }));
      return chime.client().send(new CreateMeetingWithAttendeesCommand({ ...visit, Attendees }));
    };
    const first = await ask('ann', 'ben');
    const again = await ask('ann', 'ben');
    expect(first.$metadata.httpStatusCode).toBe(201);
    expect(first.Attendees?.map(({ ExternalUserId }) => ExternalUserId)).toEqual(['ann', 'ben']);
    expect([again.Meeting, again.Attendees]).toEqual([first.Meeting, first.Attendees]);
    await chime.client().send(new DeleteMeetingCommand({ MeetingId: first.Meeting?.MeetingId }));
    const late = await ask('ann', 'ben', 'cleo');
    expect([late.Meeting, late.Attendees]).toEqual([first.Meeting, first.Attendees]);
    expect(chime.told()).toEqual(['MeetingStarted', 'AttendeeAdded', 'AttendeeAdded', 'MeetingEnded']);
  });

  test('adds those that were refused before', async () => {
    const refused = new Set(['ben']);
    await using chime = await onManualClock({
      refuseAttendee: (id) =>
        refused.delete(id) ? new ServiceError('ServiceFailureException', 'once', 500) : undefined,
    });
    const Attendees = ['ann', 'ben'].map((ExternalUserId) => ({ ExternalUserId }));
    const command = () => new CreateMeetingWithAttendeesCommand({ ...visit, Attendees });
    const first = await chime.client().send(command());
    const again = await chime.client().send(command());
    expect([first.Errors?.length, again.Errors?.length]).toEqual([1, 0]);
    expect(again.Attendees?.map(({ ExternalUserId }) => ExternalUserId)).toEqual(['ann', 'ben']);
    expect(again.Attendees?.[0]).toEqual(first.Attendees?.[0]);
  });

  test('is forgotten a week after the end', async () => {
    await using chime = await onManualClock();
    const first = await chime.create();
    await chime.clock.advance(8 * 24 * 3_600_000);
    expect(await chime.create()).toBe(first);
    await chime.create({ ClientRequestToken: 'another' });
    expect(chime.meetings()).toHaveLength(1);
    expect(await chime.create()).not.toBe(first);
  });
});

describe('an external user id', () => {
  test('is one attendee, also in capitals, and is reported as added each time', async () => {
    await using chime = await onManualClock();
    const meetingId = await chime.create();
    const first = await chime.attend(meetingId, 'ann');
    expect(await chime.attend(meetingId, 'ANN')).toEqual(first);
    expect(chime.told()).toEqual(['MeetingStarted', 'AttendeeAdded', 'AttendeeAdded']);
  });

  test('is another attendee, with another token, once the first is deleted', async () => {
    await using chime = await onManualClock();
    const MeetingId = await chime.create();
    const first = await chime.attend(MeetingId, 'ann');
    await chime.client().send(new DeleteAttendeeCommand({ MeetingId, AttendeeId: first.AttendeeId }));
    const second = await chime.attend(MeetingId, 'ann');
    expect([second.AttendeeId === first.AttendeeId, second.JoinToken === first.JoinToken]).toEqual([false, false]);
  });

  test('is an attendee each time, where that is so', async () => {
    await using chime = await onManualClock({ assumed: { sameExternalUserId: 'new' } });
    const meetingId = await chime.create();
    const ids = [await chime.attend(meetingId, 'ann'), await chime.attend(meetingId, 'ann')];
    expect(new Set(ids.map(({ AttendeeId }) => AttendeeId)).size).toBe(2);
  });
});

describe('a limit', () => {
  test('of attendees counts those who left, and not the deleted', async () => {
    await using chime = await onManualClock();
    const MeetingId = await chime.create({ MeetingFeatures: { Attendee: { MaxCount: 2 } } });
    const { JoinToken } = await chime.attend(MeetingId, 'ann');
    const { AttendeeId } = await chime.attend(MeetingId, 'ben');
    chime.people.join(MeetingId, JoinToken).leave();
    expect(await refusalOf(chime.attend(MeetingId, 'cleo'))).toEqual(['LimitExceededException', 400]);
    await chime.client().send(new DeleteAttendeeCommand({ MeetingId, AttendeeId }));
    await expect(chime.attend(MeetingId, 'cleo')).resolves.toBeDefined();
  });

  test.each<[string, { Video?: { MaxResolution: 'FHD' } }, number]>([
    ['250', {}, 250],
    ['25 in full high definition', { Video: { MaxResolution: 'FHD' } }, 25],
  ])('of attendees is %s', async (_, MeetingFeatures, limit) => {
    await using chime = await onManualClock();
    const MeetingId = await chime.create({ MeetingFeatures });
    const people = Array.from({ length: 300 }, (_, n) => ({ ExternalUserId: `person-${n}` }));
    const answers = [];
    for (let from = 0; from < people.length; from += 100) {
      const Attendees = people.slice(from, from + 100);
      answers.push(await chime.client().send(new BatchCreateAttendeeCommand({ MeetingId, Attendees })));
    }
    expect(answers.flatMap(({ Attendees = [] }) => Attendees)).toHaveLength(limit);
    const errors = answers.flatMap(({ Errors = [] }) => Errors);
    expect(errors).toHaveLength(300 - limit);
    expect(errors[0]).toMatchObject({ ExternalUserId: `person-${limit}`, ErrorCode: 'LimitExceeded' });
  });

  test('of meetings counts those of all regions that live', async () => {
    await using chime = await onManualClock({ limits: { meetings: 2 } });
    const first = await chime.create();
    await chime.create({}, 'us-east-1');
    expect(await refusalOf(chime.create({}, 'af-south-1'))).toEqual(['LimitExceededException', 400]);
    expect(await chime.create()).toBe(first);
    await chime.client().send(new DeleteMeetingCommand({ MeetingId: first }));
    await expect(chime.create({}, 'af-south-1')).resolves.toBeDefined();
  });

  test.each<['region' | 'operation', number]>([
    ['region', 0],
    ['operation', 20],
  ])('of requests is 20 at once and 10 per second, for each %s', async (ratePer, others) => {
    await using chime = await onManualClock({ limits: { rate: 10, burst: 20, ratePer } });
    const MeetingId = await chime.create();
    const get = () => chime.client().send(new GetMeetingCommand({ MeetingId }));
    const countOf = async (call: () => Promise<unknown>) => {
      const settled = await Promise.allSettled(Array.from({ length: 30 }, call));
      const refused = settled.filter((one) => one.status === 'rejected');
      for (const { reason } of refused) expect(reason).toBeInstanceOf(ThrottlingException);
      return 30 - refused.length;
    };
    expect(await countOf(get)).toBe(ratePer === 'region' ? 19 : 20);
    expect(await countOf(() => chime.client().send(new ListAttendeesCommand({ MeetingId })))).toBe(others);
    await chime.clock.advance(1000);
    expect(await countOf(get)).toBe(10);
    await expect(chime.create({}, 'us-east-1')).resolves.toBeDefined();
    expect(await refusalOf(get())).toEqual(['ThrottlingException', 429]);
  });

  test('is none where there are none', async () => {
    await using chime = await onManualClock({ limits: 'off' });
    await Promise.all(Array.from({ length: 260 }, (_, n) => chime.create({ ClientRequestToken: `token-${n}` })));
    expect(chime.meetings()).toHaveLength(260);
  });
});

test('a batch is answered with 201 though some of it was refused', async () => {
  const refuseAttendee = (id: string) =>
    id === 'ben' ? new ServiceError('ServiceFailureException', 'try again', 500) : undefined;
  await using chime = await onManualClock({ refuseAttendee });
  const Attendees = ['ann', 'ben'].map((ExternalUserId) => ({ ExternalUserId }));
  const answer = await chime.client().send(new CreateMeetingWithAttendeesCommand({ ...visit, Attendees }));
  expect(answer.$metadata.httpStatusCode).toBe(201);
  expect(answer.Attendees?.map(({ ExternalUserId }) => ExternalUserId)).toEqual(['ann']);
  expect(answer.Errors).toEqual([{ ExternalUserId: 'ben', ErrorCode: 'ServiceFailure', ErrorMessage: 'try again' }]);
});

describe('an error', () => {
  test('has a code, a message and a request id in its body', async () => {
    await using chime = await onManualClock();
    const error = await failureOf<NotFoundException>(
      chime.client().send(new GetMeetingCommand({ MeetingId: '00000000-0000-4000-8000-000000000000' })),
    );
    expect(error).toBeInstanceOf(NotFoundException);
    expect(error).toMatchObject({
      Code: 'NotFound',
      message: 'Meeting 00000000-0000-4000-8000-000000000000 not found',
      RequestId: expect.stringMatching(uuid) as string,
      $fault: 'client',
    });
  });

  test.each([
    ['UnauthorizedException', 401],
    ['ForbiddenException', 403],
    ['ConflictException', 409],
    ['UnprocessableEntityException', 422],
    ['ThrottlingException', 429],
    ['ServiceFailureException', 500],
  ])('%s can be injected, with status %i', async (error, status) => {
    await using chime = await onManualClock();
    chime.faults.add({ target: 'chime', operation: 'CreateMeeting', error, status, times: 1 });
    expect(await refusalOf(chime.create())).toEqual([error, status]);
    expect(chime.meetings()).toEqual([]);
    await expect(chime.create()).resolves.toBeDefined();
  });

  test('says when to come back, while the service is away', async () => {
    await using chime = await onManualClock();
    chime.faults.addOutage({ target: 'chime', until: chime.clock.now() + 1000 });
    const error = await failureOf<ServiceUnavailableException>(chime.create());
    expect(error).toBeInstanceOf(ServiceUnavailableException);
    expect([error.$metadata.httpStatusCode, error.RetryAfterSeconds]).toEqual([503, '1']);
    await chime.clock.advance(1000);
    await expect(chime.create()).resolves.toBeDefined();
  });

  test('may hide that the call was done', async () => {
    await using chime = await onManualClock();
    const outcome = new Promise((outcome) => {
      chime.faults.disturber = {
        call: () => ({ when: 'after', kind: 'reset' }),
        outcome,
        invocation: () => undefined,
        event: () => [0],
      };
    });
    expect(await failureOf(chime.create())).toMatchObject({ code: 'ECONNRESET' });
    expect(await outcome).toMatchObject({ target: 'chime', operation: 'CreateMeeting', status: 200, delivered: false });
    chime.faults.disturber = undefined;
    expect([await chime.create()]).toEqual(chime.meetings().map(({ id }) => id));
  });
});

test('calls are counted by name, and observed with their region and what they ask for', async () => {
  await using chime = await onManualClock();
  const MeetingId = await chime.create();
  await chime.attend(MeetingId, 'ann');
  await failureOf(chime.create({ ExternalMeetingId: '' }));
  expect(chime.faults.count('chime', 'CreateMeeting')).toBe(2);
  expect(chime.calls).toEqual([
    { accessKeyId: 'AKIATEST', region: home, target: 'chime', operation: 'CreateMeeting', input: visit },
    expect.objectContaining({ operation: 'CreateAttendee', input: { MeetingId, ExternalUserId: 'ann' } }),
    expect.objectContaining({ operation: 'CreateMeeting' }),
  ]);
});

describe('missing by name', () => {
  const MeetingId = '00000000-0000-4000-8000-000000000000';
  test.each([
    ['ListTagsForResource', new ListTagsForResourceCommand({ ResourceARN: 'arn:aws:chime:a:b:meeting/c' })],
    [
      'BatchUpdateAttendeeCapabilitiesExcept',
      new BatchUpdateAttendeeCapabilitiesExceptCommand({
        MeetingId,
        ExcludedAttendeeIds: [{ AttendeeId: MeetingId }],
        Capabilities: everything,
      }),
    ],
  ])('%s', async (name, command) => {
    await using chime = await onManualClock();
    const error = await failureOf(chime.client().send(command as unknown as GetMeetingCommand));
    expect(error).toMatchObject({ name: 'NotImplemented', $metadata: { httpStatusCode: 501 } });
    expect(error.message).toContain(`chime: ${name} `);
    expect(chime.calls).toEqual([]);
  });

  test('and what other services of the name are asked', async () => {
    await using chime = await onManualClock();
    const credential = 'Credential=AKIATEST/20261120/eu-central-1/chime/aws4_request';
    const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=s`;
    const answer = await fetch(`${chime.url}/sdk-media-capture-pipelines`, {
      method: 'POST',
      headers: { authorization },
    });
    expect(answer.status).toBe(501);
    expect(await answer.text()).toContain('POST /sdk-media-capture-pipelines');
  });
});
