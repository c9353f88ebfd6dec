import { describe, expect, test } from 'vitest';
import { inspectAgain, inspectFile } from '../../../pipeline/chats/inspectFile.ts';
import { deliverMessages } from '../../../pipeline/steps/deliverMessages.ts';
import { announced } from '../api/messaging/announced.ts';
import { providerId } from '../memoryCall.ts';
import { memberId } from '../memoryChat.ts';
import { heic, jpeg, pdf, png, text } from '../messaging/files.ts';

test('a file that came is a message, which Chime is sent without its name', async () => {
  const { ports, look, put, kept, row, list, measured } = await announced();
  expect(await look()).toBe(false);
  const versionId = put(pdf());
  expect(await look(versionId)).toBe(true);
  expect(row()).toMatchObject({ state: 'ready', versionId, refusedAs: null });
  expect((await list()).messages[0]).toMatchObject({
    messageType: 'file',
    state: 'accepted',
    metadata: { name: 'Müller.pdf', contentType: 'application/pdf', size: pdf().length },
  });
  kept.clock += 60_000;
  await deliverMessages(ports)({});
  expect(kept.chime.messages.map(({ content }) => content)).toEqual(['Good morning', 'file']);
  expect(JSON.stringify([kept.chime.messages, kept.logged, kept.audit])).not.toMatch(/ller/);
  expect(measured()).toEqual([['FilesReady', 1]]);
});

describe('what is not what it was announced as is refused, and its bytes are discarded', () => {
  const html = text('<!doctype html><script>alert(1)</script>');
  test.each([
    ['another file of the type', pdf(), 'application/pdf', pdf('two'), 'otherBytes'],
    ['a longer one', pdf(), 'application/pdf', new Uint8Array([...pdf(), 32]), 'otherBytes'],
    ['a PNG as a PDF', png(), 'application/pdf', png(), 'otherType'],
    ['a page as a JPEG', html, 'image/jpeg', html, 'otherType'],
    ['a JPEG as a HEIC', jpeg(), 'image/heic', jpeg(), 'otherType'],
  ])('%s', async (_, bytes, contentType, came, refusedAs) => {
    const { look, put, row, objects, list, measured } = await announced({ bytes, contentType });
    await look(put(came));
    expect(row()).toMatchObject({ state: 'refused', refusedAs, isDiscarded: true });
    expect(objects()).toEqual([]);
    expect((await list()).messages).toHaveLength(1);
    expect(measured()).toEqual([['FilesRefused', 1, refusedAs]]);
  });

  test.each([
    ['application/pdf', pdf()],
    ['image/jpeg', jpeg()],
    ['image/png', png()],
    ['image/heic', heic()],
  ])('but not a good %s', async (contentType, bytes) => {
    const { look, put, row } = await announced({ bytes, contentType });
    await look(put(bytes));
    expect(row().state).toBe('ready');
  });
});

describe('a sender who may no longer send', () => {
  test('was removed after she had announced it', async () => {
    const { on, look, put, row, objects } = await announced({ by: memberId });
    await on(providerId, 'removeMember', { userId: memberId });
    await look(put(pdf()));
    expect([row().refusedAs, objects()]).toEqual(['notMember', []]);
  });

  test('in a channel that was archived meanwhile', async () => {
    const { on, look, put, row, objects } = await announced();
    await on(providerId, 'deleteChannel');
    await look(put(pdf()));
    expect([row().refusedAs, objects()]).toEqual(['closed', []]);
  });
});

describe('events that come twice, late, or in another order', () => {
  test('the same version is one message', async () => {
    const { look, put, kept, file } = await announced();
    const versionId = put(pdf());
    const stale = file();
    for (const seen of [stale, stale, undefined]) await look(versionId, seen);
    expect(kept.audit.filter(({ action }) => action === 'message_sent')).toHaveLength(2);
  });

  test('of two uploads the one that was looked at first stays, and the other is discarded', async () => {
    const { look, put, row, objects } = await announced();
    const [first, second] = [put(pdf()), put(pdf())];
    await look(second);
    await look(first);
    await look(second);
    expect([row().versionId, objects()]).toEqual([second, [second]]);
  });

  test('of two uploads that are looked at at once as well', async () => {
    const { look, put, row, objects, file } = await announced();
    const [first, second] = [put(pdf()), put(pdf())];
    const stale = file();
    await Promise.all([look(first, stale), look(second, stale)]);
    expect(objects()).toEqual([row().versionId]);
  });

  test('what comes after it was given up is discarded', async () => {
    const { ports, look, put, row, objects, messageId } = await announced();
    await ports.chats.attachmentInspected({ messageId, versionId: null, refusedAs: 'neverCame' });
    await look(put(pdf()));
    expect([row().state, objects()]).toEqual(['expired', []]);
  });

  test('what could not be discarded is discarded the next time', async () => {
    let fails = true;
    const { look, put, row, objects } = await announced({
      bytes: png(),
      fault: (name) => (fails && name === 'discard' ? 'before' : undefined),
    });
    const versionId = put(png());
    await expect(look(versionId)).rejects.toMatchObject({ code: 'ChimeUnavailable' });
    expect(row()).toMatchObject({ state: 'refused', isDiscarded: false });
    fails = false;
    await look();
    expect([row().isDiscarded, objects()]).toEqual([true, []]);
  });

  test.each(['attachmentInspected', 'discard', 'attachmentDiscarded', 'find', 'begin'])(
    'a stop after %s is made good by the next look',
    async (call) => {
      for (const bytes of [pdf(), png()]) {
        let stops = 0;
        const { look, put, row, objects } = await announced({
          bytes,
          fault: (name) => (name === call && (stops += 1) === 1 ? 'after' : undefined),
        });
        const versionId = put(bytes);
        await look(versionId).catch(() => {});
        await look(versionId);
        const isGood = bytes[0] === pdf()[0];
        expect([row().state, objects()]).toEqual(isGood ? ['ready', [versionId]] : ['refused', []]);
      }
    },
  );
});

test('nothing is there of a file that did not come', async () => {
  const { ports, file } = await announced();
  const { files } = ports;
  if (files === undefined) throw new Error('there is a bucket');
  expect(await inspectFile({ ...ports, files }, file())).toBe(false);
});

test('what comes while it is given up is a message, and is measured as that', async () => {
  const { ports, file, look, put, measured, row } = await announced();
  const { files } = ports;
  if (files === undefined) throw new Error('there is a bucket');
  const find = async () => {
    await look(put(pdf()));
    return undefined;
  };
  await inspectAgain({ ...ports, files: { ...files, find } }, { ...file(), isOver: true });
  expect([row().state, measured()]).toEqual(['ready', [['FilesReady', 1]]]);
});

test("a message that its sender wrote under the file's id does not take its place", async () => {
  const { on, look, put, list, messageId } = await announced();
  await on(providerId, 'sendMessage', { message: 'word', clientToken: messageId });
  await look(put(pdf()));
  expect((await list()).messages[0]).toMatchObject({ messageId, messageType: 'file' });
});
