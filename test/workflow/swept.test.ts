import { ChimeSDKMeetingsClient, DeleteMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Visit } from './meet.ts';
import { TestStack } from './testStack.ts';

let product: TestStack;
let isDeaf = false;
beforeAll(async () => {
  // What Chime says of the end of a meeting is lost, if the test wants it so.
  product = await TestStack.start({
    // In functions it is as late as on the stack's clock.
    speed: 2,
    chime: { delivery: (event) => (isDeaf && JSON.stringify(event).includes('chime:MeetingEnded') ? [] : [0]) },
  });
});
afterAll(() => product.stop());

const measured = (name: string) =>
  product.log
    .filter((line) => line.includes('"_aws"') && line.includes(`"${name}":`))
    .map((line) => JSON.parse(line) as Record<string, number>);

test('a call whose end was lost is closed by the sweep', async () => {
  isDeaf = true;
  const visit = await Visit.arrange(product, 'end-lost');
  const { meetingId, devices } = await visit.meet();
  await visit.untilSwept();
  expect(await visit.session()).toMatchObject({ status: 'active', meeting_id: meetingId });
  for (const device of devices) device.leave();
  await expect.poll(() => product.stack.underWay().messages).toBe(0);
  // Chime ends what is silent for five minutes; before, the sweep ends what everybody has left for three.
  await visit.untilSwept();
  await expect
    .poll(() => visit.session())
    .toMatchObject({ status: 'ended', ended_by: null, max_participants_reached: 2 });
  expect(product.stack.chime.meetings().find(({ id }) => id === meetingId)?.endedAt).toBeDefined();
  await expect.poll(() => measured('CallSeconds')).toHaveLength(1);
  expect(measured('SweepFound').reduce((sum, line) => sum + (line['SweepFound'] ?? 0), 0)).toBe(1);
});

test('a call that Chime has ended is closed by the sweep, though nobody said so', async () => {
  const visit = await Visit.arrange(product, 'died');
  const { meetingId, devices } = await visit.meet();
  await visit.untilSwept();
  const chime = new ChimeSDKMeetingsClient({ ...product.clientConfig(), region: 'eu-central-1' });
  await chime.send(new DeleteMeetingCommand({ MeetingId: meetingId }));
  chime.destroy();
  await visit.untilSwept();
  expect(devices.map(({ status }) => status)).toEqual([5, 5]);
  await expect.poll(() => visit.session()).toMatchObject({ status: 'ended' });
});

test('the clock of an idle stack with a meeting stands still', async () => {
  const visit = await Visit.arrange(product, 'idle');
  await visit.meet();
  await expect.poll(() => product.stack.underWay()).toEqual({ messages: 0, executions: 0, ticks: 0 });
  const swept = () => product.stack.lambda.usage().functions['sweepMeetings']?.invocations;
  const before = [swept(), Math.floor(product.stack.clock.now() / 60_000)];
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect([swept(), Math.floor(product.stack.clock.now() / 60_000)]).toEqual(before);
});
