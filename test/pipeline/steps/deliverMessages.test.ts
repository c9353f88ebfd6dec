import { expect, test } from 'vitest';
import { deliverMessages } from '../../../pipeline/steps/deliverMessages.ts';
import { announced } from '../api/messaging/announced.ts';
import { inChannel } from '../api/messaging/inChannel.ts';
import { patientId, providerId } from '../memoryCall.ts';
import { memberId, memoryChat } from '../memoryChat.ts';
import { pdf, png } from '../messaging/files.ts';

const minute = 60_000;

test('brings what waits, and leaves what is new to its own request', async () => {
  let fails = false;
  const { ports, kept, on } = await inChannel({ fault: (name) => (fails && name === 'send' ? 'before' : undefined) });
  fails = true;
  for (const message of ['one', 'two']) await on(patientId, 'sendMessage', { message });
  fails = false;
  expect(await deliverMessages(ports)({})).toEqual({ delivered: 0 });
  kept.clock += minute;
  expect(await deliverMessages(ports)({})).toEqual({ delivered: 2 });
  expect(kept.chime.messages.map(({ content }) => content)).toEqual(['Good morning', 'one', 'two']);
  expect(kept.measured.slice(-2)).toEqual([
    ['MessagesLate', 0],
    ['MessagesFailed', 0],
  ]);
});

test('one that fails holds up no other, and the invocation fails at its end', async () => {
  let sent = 0;
  let mode: 'off' | 'all' | 'first' = 'off';
  const { ports, kept, on } = await inChannel({
    fault: (name) =>
      name === 'send' && (mode === 'all' || (mode === 'first' && (sent += 1) === 1)) ? 'before' : undefined,
  });
  mode = 'all';
  for (const message of ['one', 'two']) await on(patientId, 'sendMessage', { message });
  mode = 'first';
  kept.clock += minute;
  await expect(deliverMessages(ports)({})).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  expect(kept.rows.map(({ state }) => state)).toEqual(['confirmed', 'accepted', 'confirmed']);
  kept.clock += minute;
  await deliverMessages(ports)({});
  expect(kept.rows.every(({ state }) => state === 'confirmed')).toBe(true);
});

test('members and archived channels come to what they are here', async () => {
  let fails = false;
  const { ports, kept, on } = await inChannel({
    fault: (name) => (fails && /Chime$|^close$/.test(name) ? 'before' : undefined),
  });
  await on(providerId, 'addMember', { userId: memberId });
  fails = true;
  await on(providerId, 'removeMember', { userId: memberId });
  await on(providerId, 'deleteChannel');
  fails = false;
  kept.clock += minute;
  await deliverMessages(ports)({});
  expect([kept.chime.members.size, kept.chime.isClosed, kept.channel?.closed]).toEqual([2, true, true]);
});

test('what is given up is counted', async () => {
  let fails = false;
  const { ports, kept, on } = await inChannel({ fault: (name) => (fails && name === 'send' ? 'before' : undefined) });
  fails = true;
  await on(patientId, 'sendMessage', { message: 'one' });
  fails = false;
  kept.chime.exists = false;
  kept.clock += minute;
  expect(await deliverMessages(ports)({})).toEqual({ delivered: 0 });
  expect(kept.measured.at(-1)).toEqual(['MessagesFailed', 1]);
});

test('without a chat nobody is asked, and nothing is late', async () => {
  const { ports, kept } = memoryChat({ env: { APP_INSTANCE_ARN: '' } });
  expect(await deliverMessages(ports)({})).toEqual({ delivered: 0 });
  expect([kept.calls, kept.measured]).toEqual([
    [],
    [
      ['MessagesLate', 0],
      ['MessagesFailed', 0],
    ],
  ]);
});

test('a file of which no event has told is looked at, and one that is refused', async () => {
  for (const [bytes, state] of [
    [pdf(), 'ready'],
    [png(), 'refused'],
  ] as const) {
    const { ports, kept, put, row } = await announced({ bytes });
    put(bytes);
    await deliverMessages(ports)({});
    expect(row().state).toBe('pending');
    kept.clock += 3 * minute;
    await deliverMessages(ports)({});
    expect(row().state).toBe(state);
  }
});

test('a file that never comes is given up after two hours, and not before', async () => {
  const { ports, kept, row, measured, messageId, on } = await announced();
  for (let time = 0; time < 120; time += 1) {
    await deliverMessages(ports)({});
    kept.clock += minute;
  }
  expect(row().state).toBe('pending');
  kept.clock += 6 * minute;
  await deliverMessages(ports)({});
  expect([row().state, measured()]).toEqual(['expired', [['FilesRefused', 1, 'neverCame']]]);
  await expect(on(providerId, 'attachmentLink', { messageId })).rejects.toMatchObject({ code: 'FileNeverCame' });
});

test('one that came in the last moment is not given up', async () => {
  const { ports, kept, row, put } = await announced();
  kept.clock += 150 * minute;
  put(pdf());
  await deliverMessages(ports)({});
  expect(row().state).toBe('ready');
});

test('a bucket that cannot be reached holds up no message, and gives nothing up', async () => {
  let fails = false;
  const { ports, kept, row, on } = await announced({
    fault: (name) => (fails && (name === 'find' || name === 'send') ? 'before' : undefined),
  });
  fails = true;
  await on(patientId, 'sendMessage', { message: 'one' });
  kept.clock += 150 * minute;
  await expect(deliverMessages(ports)({})).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  expect(row().state).toBe('pending');
});

test('what waits is measured where the files cannot be asked for', async () => {
  const { ports, kept } = await inChannel({
    fault: (name) => (name === 'attachmentsToInspect' ? 'before' : undefined),
  });
  await expect(deliverMessages(ports)({})).rejects.toMatchObject({ code: 'ChimeUnavailable' });
  expect(kept.measured).toContainEqual(['MessagesLate', 0]);
});
