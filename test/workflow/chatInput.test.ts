import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Asking, CallHouse, type Person } from './callHouse.ts';

let house: CallHouse;
let provider: Person;
let patient: Person;
let guest: Person;
beforeAll(async () => {
  house = await CallHouse.open();
  [provider, patient, guest] = (await house.people(3)) as [Person, Person, Person];
});
afterAll(() => house[Symbol.asyncDispose]());

const doors = ['function', 'edge'] as const;
type ChatDoor = (typeof doors)[number];
const through = (door: ChatDoor): Asking => ({ service: 'messaging', door });

interface Said {
  messageId: string;
  channelId: string;
  message: string;
  metadata: unknown;
  state: string;
}

/** A new channel of the two, and what there is in it. */
async function channel(door: ChatDoor = 'function') {
  const create = { action: 'createChannel', appointmentId: await house.appointment(provider, patient) };
  const answer = await house.done(patient, create, through(door));
  const { channelId, channelArn } = answer['channel'] as { channelId: string; channelArn: string };
  const ask = (who: Person, action: string, more: object = {}): Promise<Answer> =>
    house.ask(who, { action, channelId, ...more }, through(door));
  const send = (more: object, who = patient) => ask(who, 'sendMessage', more);
  const kept = async () => (await ask(provider, 'listMessages')).body['messages'] as Said[];
  const atChime = () =>
    house.product.stack.chime.messaging
      .messages(channelArn)
      .filter(({ type }) => type === 'STANDARD')
      .map(({ content }) => content);
  const isInAtChime = ({ id }: Person) =>
    house.product.stack.chime.messaging.channel(channelArn)?.members.some((arn) => arn.endsWith(id));
  return { channelId, ask, send, kept, atChime, isInAtChime };
}

const brief = ({ status, body }: Answer) => (status === 200 ? [200] : [status, body.code]);

describe.each(doors)('by the door %s', (door) => {
  describe('a text of 4,096 bytes is kept as it is, and a longer one not at all', () => {
    const family = '👨‍👩‍👧';
    test.each<[what: string, text: string, bytes: number]>([
      ['emoji', '😀'.repeat(1_024), 4_096],
      ['emoji that would be cut two bytes before the end', `ab${'😀'.repeat(1_023)}`, 4_094],
      ['letters of two bytes', 'é'.repeat(2_048), 4_096],
      ['emoji that are joined', family.repeat(227), 4_086],
      ['emoji, and a letter more', `${'😀'.repeat(1_024)}a`, 4_097],
      ['emoji of which the last is beyond the limit', `abc${'😀'.repeat(1_024)}`, 4_099],
      ['a joined emoji of which only the end is beyond it', family.repeat(228), 4_104],
    ])('%s', async (_, message, bytes) => {
      expect(Buffer.byteLength(message)).toBe(bytes);
      const { ask, send, kept, atChime } = await channel(door);
      const fits = bytes <= 4_096;
      expect(brief(await send({ message }))).toEqual(fits ? [200] : [413, 'MessageTooLarge']);
      expect((await kept()).map((one) => one.message)).toEqual(fits ? [message] : []);
      expect(atChime()).toEqual(fits ? [message] : []);
      // Nor is it by writing it anew.
      await send({ message: 'short' });
      const [{ messageId } = { messageId: '' }] = await kept();
      const edited = await ask(patient, 'editMessage', { messageId, message });
      expect(brief(edited)).toEqual(fits ? [200] : [413, 'MessageTooLarge']);
      expect((await kept())[0]?.message).toBe(fits ? message : 'short');
    });
  });

  describe('what comes with a text, and odd signs in it', () => {
    const of = (bytes: number) => ({ a: 'é'.repeat(508) + 'x'.repeat(bytes - 1_024) });
    let bottomless: unknown = [];
    for (let depth = 0; depth < 2_000; depth += 1) bottomless = [bottomless];
    test.each<[what: string, more: object, ...wanted: [number, string?]]>([
      ['marks from right to left', { message: '\u202Eabc\u202C \u200Fשלום\u200E' }, 200],
      ['lines and tabs', { message: 'one\n\ttwo\r\nthree' }, 200],
      ['a zero', { message: 'a\0b' }, 400, 'InvalidRequest'],
      ['half of a character', { message: 'a\uD83Db' }, 400, 'InvalidRequest'],
      ['blanks alone', { message: ' \n\u2003' }, 400, 'InvalidRequest'],
      ['no metadata', { message: 'x', metadata: null }, 200],
      ['metadata of 1,024 bytes', { message: 'x', metadata: of(1_024) }, 200],
      ['metadata of 1,025 bytes', { message: 'x', metadata: of(1_025) }, 413, 'MessageTooLarge'],
      ['metadata from right to left', { message: 'x', metadata: { '\u200Fשם': '\u202Eabc' } }, 200],
      ['a zero in the metadata', { message: 'x', metadata: { a: { b: ['c\0'] } } }, 400, 'InvalidRequest'],
      ['a zero in their names', { message: 'x', metadata: { 'a\0': 1 } }, 400, 'InvalidRequest'],
      ['half of a character in them', { message: 'x', metadata: { a: '\uDE00' } }, 400, 'InvalidRequest'],
      ['metadata without a bottom', { message: 'x', metadata: { a: bottomless } }, 400, 'InvalidRequest'],
    ])('%s', async (_, more, ...wanted) => {
      const { send, kept, atChime } = await channel(door);
      expect(brief(await send(more))).toEqual(wanted);
      const whole = { metadata: null, ...more };
      expect(await kept()).toMatchObject(wanted[0] === 200 ? [whole] : []);
      expect(atChime()).toHaveLength(wanted[0] === 200 ? 1 : 0);
    });

    test('the lengths are what they are called', () => {
      expect([1_024, 1_025].map((bytes) => Buffer.byteLength(JSON.stringify(of(bytes))))).toEqual([1_024, 1_025]);
    });
  });

  test('a token that was used stands for the message that it was used for, whatever comes with it', async () => {
    const { send, kept, atChime } = await channel(door);
    const first = await send({ message: 'first', clientToken: 'once' });
    const second = await send({ message: 'second', clientToken: 'once', metadata: { a: 1 } });
    expect(second).toEqual(first);
    // Somebody else's is another one.
    const other = await send({ message: 'third', clientToken: 'once' }, provider);
    expect(other.body['message']).not.toEqual(first.body['message']);
    const there = (await kept()).map(({ message, metadata }) => [message, metadata]);
    expect(there).toEqual([
      ['third', null],
      ['first', null],
    ]);
    expect(atChime()).toEqual(['first', 'third']);
  });

  describe('a page that is asked for in no possible way', () => {
    let room: Awaited<ReturnType<typeof channel>>;
    beforeAll(async () => {
      room = await channel(door);
    });

    test.each<[object]>([
      [{ limit: 0 }],
      [{ limit: -1 }],
      [{ limit: 1.5 }],
      [{ limit: 101 }],
      [{ limit: 1e9 }],
      [{ limit: Infinity }],
      [{ limit: '10' }],
      [{ nextToken: '' }],
      [{ nextToken: 7 }],
      [{ nextToken: "1_' or '1'='1" }],
      [{ nextToken: 'a'.repeat(201) }],
      [{ nextToken: 'forged' }],
      [{ nextToken: '1_' }],
      [{ nextToken: `${'9'.repeat(18)}_x` }],
      [{ nextToken: `-1_${'0'.repeat(8)}` }],
    ])('%j', async (more) => {
      for (const action of ['listMessages', 'listChannels']) {
        // JSON has no infinity: it is sent as null, which is no number either.
        expect([action, ...brief(await room.ask(patient, action, more))]).toEqual([action, 400, 'InvalidRequest']);
      }
    });

    test('the token of another channel, and one that is made up, show nothing of another', async () => {
      const [mine, other] = [await channel(door), await channel(door)];
      for (const message of ['one', 'two']) {
        for (const { send } of [other, mine]) await send({ message });
      }
      const page = await other.ask(patient, 'listMessages', { limit: 1 });
      const foreign = String(page.body['nextToken']);
      const future = foreign.replace(/^\d+/, '9'.repeat(16));
      for (const [nextToken, wanted] of [
        [foreign, ['one']],
        [future, ['two', 'one']],
        [foreign.replace(/^\d+/, '0'), []],
      ] as const) {
        const { status, body } = await mine.ask(patient, 'listMessages', { nextToken });
        const shown = body['messages'] as Said[];
        expect([status, shown.map(({ message }) => message)]).toEqual([200, wanted]);
        expect(shown.filter(({ channelId }) => channelId !== mine.channelId)).toEqual([]);
      }
    });
  });

  describe('a member is removed while she sends', () => {
    /** Removes the guest as soon as the door has come as far as that. */
    function removeAt(isThere: (operation: string) => boolean, remove: () => Promise<unknown>): void {
      let isDone = false;
      house.product.stack.faults.disturber = {
        call({ operation }) {
          if (isDone || !isThere(operation)) return undefined;
          isDone = true;
          return { when: 'before', kind: 'slow', ms: 0, first: () => remove().then(() => undefined) };
        },
        outcome: () => undefined,
        invocation: () => undefined,
        event: () => [0],
      };
    }
    const calm = () => (house.product.stack.faults.disturber = undefined);

    async function withGuest() {
      const room = await channel(door);
      await room.ask(provider, 'addMember', { userId: guest.id });
      // Another door, which does not wait for this one.
      const remove = { action: 'removeMember', channelId: room.channelId, userId: guest.id };
      return { ...room, remove: () => house.done(provider, remove, through('function')) };
    }

    test('after the check and before it is kept: it is refused, and nothing of it is anywhere', async () => {
      const { send, kept, atChime, remove } = await withGuest();
      removeAt((operation) => operation.endsWith('/rpc/accept_message'), remove);
      const answer = await send({ message: 'Am I still here?' }, guest).finally(calm);
      expect(brief(answer)).toEqual([403, 'NotAParticipant']);
      expect([await kept(), atChime()]).toEqual([[], []]);
    });

    test('after it is kept and before Chime has it: it stays, and she sends no other', async () => {
      const { send, kept, remove, isInAtChime } = await withGuest();
      expect(isInAtChime(guest)).toBe(true);
      removeAt((operation) => operation === 'SendChannelMessage', remove);
      expect(brief(await send({ message: 'I was still here.' }, guest).finally(calm))).toEqual([200]);
      expect(await kept()).toMatchObject([{ message: 'I was still here.', senderId: guest.id }]);
      expect(brief(await send({ message: 'And now?' }, guest))).toEqual([403, 'NotAParticipant']);
      expect(isInAtChime(guest)).toBe(false);
    });
  });
});
