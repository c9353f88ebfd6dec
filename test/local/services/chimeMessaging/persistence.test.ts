import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { consultation, messagingHarness } from './harness.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'messaging-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

test('the next process has the users, the channels, their members and messages, and the tokens', async () => {
  const before = await consultation({ dataDir });
  const { channelArn, provider, patient, stranger } = before;
  const token = { ClientRequestToken: 'token' };
  const kept = await before.send(channelArn, patient, token);
  const edited = await before.send(channelArn, patient);
  await before.edit(channelArn, patient, edited);
  const redacted = await before.send(channelArn, patient);
  await before.redact(channelArn, patient, redacted);
  await before.add(channelArn, provider, stranger);
  await before.remove(channelArn, provider, patient);
  await before[Symbol.asyncDispose]();

  await using chat = await messagingHarness({ dataDir });
  expect(chat.channel(channelArn)).toEqual(before.channel(channelArn));
  expect(chat.channel(channelArn)).toMatchObject({
    members: [provider, stranger],
    messages: [{ id: kept }, { id: edited, content: 'good evening' }, { id: redacted, content: '' }],
  });
  await chat.add(channelArn, provider, patient);
  expect(await chat.send(channelArn, patient, token)).toBe(kept);
});

test('without a folder nothing is kept', async () => {
  const before = await consultation();
  await before[Symbol.asyncDispose]();
  await using chat = await messagingHarness();
  expect(chat.channel(before.channelArn)).toBeUndefined();
  expect(chat.messages(before.channelArn)).toEqual([]);
});
