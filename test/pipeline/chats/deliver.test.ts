import { describe, expect, test } from 'vitest';
import { act } from '../../../pipeline/api/messaging/act.ts';
import type { ChatMessage } from '../../../pipeline/messaging/chat.ts';
import { deliverMessages } from '../../../pipeline/steps/deliverMessages.ts';
import { appointmentId, callerOf, patientId, providerId } from '../memoryCall.ts';
import { channelId, memberId, memoryChat } from '../memoryChat.ts';
import { inChannel } from '../api/messaging/inChannel.ts';

const minute = 60_000;

describe('a message that waits', () => {
  test.each(['send', 'messageSent'])('is sent again, once, when %s failed before or after its effect', async (call) => {
    for (const when of ['before', 'after'] as const) {
      let fails = false;
      const { ports, kept, on } = await inChannel({ fault: (name) => (fails && name === call ? when : undefined) });
      fails = true;
      await on(patientId, 'sendMessage', { message: 'Hello' });
      fails = false;
      kept.clock += minute;
      await deliverMessages(ports)({});
      expect(kept.chime.messages.map(({ content }) => content)).toEqual(['Good morning', 'Hello']);
      expect(kept.rows.map(({ state }) => state)).toEqual(['confirmed', 'confirmed']);
    }
  });

  test('and was edited since is sent as it was, and then changed', async () => {
    let fails = false;
    const { ports, kept, on, messageId } = await inChannel({
      fault: (name) => (fails ? (name === 'send' ? 'before' : undefined) : undefined),
    });
    fails = true;
    const sent = (await on(patientId, 'sendMessage', { message: 'one' })) as { message: ChatMessage };
    await on(patientId, 'editMessage', { messageId: sent.message.messageId, message: 'two' });
    expect(kept.chime.messages).toHaveLength(1);
    fails = false;
    kept.calls.length = 0;
    kept.clock += minute;
    await deliverMessages(ports)({});
    expect(kept.calls).toEqual(['unsettled', 'send', 'edit', 'messageSent', 'attachmentsToInspect']);
    expect(kept.chime.messages[1]?.content).toBe('two');
    expect(messageId).not.toBe(sent.message.messageId);
  });

  test('of somebody who was removed is given up', async () => {
    let fails = false;
    const { ports, kept, on } = await inChannel({ fault: (name) => (fails && name === 'send' ? 'before' : undefined) });
    await on(providerId, 'addMember', { userId: memberId });
    fails = true;
    await on(memberId, 'sendMessage', { message: 'Hello' });
    fails = false;
    await on(providerId, 'removeMember', { userId: memberId });
    kept.clock += minute;
    await deliverMessages(ports)({});
    expect([kept.rows[1]?.state, kept.chime.messages.length]).toEqual(['failed', 1]);
  });

  test('is sent once Chime has its sender again', async () => {
    const { kept, on } = await inChannel();
    kept.chime.members.clear();
    expect(await on(patientId, 'sendMessage', { message: 'Hello' })).toMatchObject({ message: { state: 'confirmed' } });
    expect(kept.chime.messages).toHaveLength(2);
  });

  test('whose channel Chime has no more is given up', async () => {
    const { kept, on } = await inChannel();
    kept.chime.exists = false;
    expect(await on(patientId, 'sendMessage', { message: 'Hello' })).toMatchObject({ message: { state: 'failed' } });
  });
});

describe('what the system says', () => {
  test.each([undefined, 'send', 'addMember at Chime', 'messageSent'])(
    'comes to Chime from a user of its own, once, when %s fails before or after its effect',
    async (call) => {
      for (const when of ['before', 'after'] as const) {
        let fails = false;
        const { ports, kept, say } = await inChannel({
          fault: (name) => (fails && name === call ? when : undefined),
        });
        for (const fact of ['s1', 's1', 's2']) say('call-started', fact);
        kept.clock += minute;
        fails = true;
        await deliverMessages(ports)({}).catch(() => undefined);
        fails = false;
        kept.clock += minute;
        await deliverMessages(ports)({});
        const [, ...said] = kept.chime.messages;
        const rows = kept.rows.slice(1);
        expect(new Set(said.map(({ by, metadata }) => `${by.split('/').at(-1)} ${metadata}`))).toEqual(
          new Set(rows.map(({ messageId }) => `system ${JSON.stringify({ id: messageId, code: 'call-started' })}`)),
        );
        expect(said).toHaveLength(2);
        expect(rows.map(({ state }) => state)).toEqual(['confirmed', 'confirmed']);
      }
    },
  );

  test('needs a place in its channel once', async () => {
    const { ports, kept, say, asked } = await inChannel();
    for (const code of ['call-started', 'call-ended'] as const) say(code, 'm1');
    kept.clock += minute;
    await deliverMessages(ports)({});
    expect(asked().join(', ')).toBe(
      'ensureUser, send, ensureUser, ensureUser, addMember at Chime, send, ensureUser, send',
    );
  });

  test.each([providerId, patientId])('is taken back or changed by nobody', async (userId) => {
    const { kept, say, on } = await inChannel();
    say('recording-on', 'm1');
    const messageId = kept.rows[1]?.messageId;
    for (const [action, more] of [['redactMessage'], ['editMessage', { message: 'It is not.' }]] as const) {
      await expect(on(userId, action, { messageId, ...more })).rejects.toMatchObject({ code: 'NotTheSender' });
    }
  });
});

/** A generator of its own, so that a seed tells all of a run (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const each = 2_500;

describe('whatever fails between the three steps', () => {
  test.each([1, 2, 3, 4])(`none of ${each} messages is lost, doubled or moved (seed %i)`, async (seed) => {
    const random = randomOf(seed);
    let isOver = false;
    const { ports, kept, say } = memoryChat({
      turn: async () => {
        for (let waits = Math.floor(random() * 4); waits > 0; waits -= 1) await Promise.resolve();
      },
      fault: () => (isOver || random() > 0.1 ? undefined : random() < 0.5 ? 'before' : 'after'),
    });
    // No request lives for half a minute: those that run when the clock is put forward have ended before.
    let gate = Promise.resolve();
    const running = new Set<Promise<unknown>>();
    const ask = async (userId: string, action: string, more: object) => {
      await gate;
      const asked = act(ports)(callerOf(userId), { params: {}, body: { action, channelId, ...more } });
      running.add(asked);
      return asked.finally(() => running.delete(asked));
    };
    /** As a client does that asks again a few times, and then lets it be. */
    const persist = async (userId: string, action: string, more: object, times = 3) => {
      for (let time = 0; time < times; time += 1) {
        const answer = await ask(userId, action, more).catch(() => undefined);
        if (answer !== undefined) return answer;
      }
      return undefined;
    };
    await persist(providerId, 'createChannel', { appointmentId }, 1_000);
    await persist(providerId, 'addMember', { userId: memberId }, 1_000);

    const people = [providerId, patientId, memberId];
    const answered: { messageId: string; clientToken: string }[] = [];
    const changed = new Map<string, string>();
    const todo = { left: each };
    const write = async (userId: string) => {
      while (todo.left > 0) {
        todo.left -= 1;
        const clientToken = `token-${todo.left}`;
        const answer = (await persist(userId, 'sendMessage', { message: `text ${todo.left}`, clientToken })) as
          | { message: { messageId: string } }
          | undefined;
        if (answer === undefined) continue;
        const { messageId } = answer.message;
        answered.push({ messageId, clientToken });
        if (random() < 0.1) {
          // Two changes at once, of which either may be the last.
          await Promise.all(
            ['x', 'y'].map((mark) => persist(userId, 'editMessage', { messageId, message: `${mark} ${clientToken}` })),
          );
        }
        if (random() < 0.05 && (await persist(userId, 'redactMessage', { messageId })) !== undefined) {
          changed.set(messageId, '');
        }
      }
    };
    const runs: string[][] = [];
    const read = async () => {
      while (todo.left > 0) {
        const seen: string[] = [];
        let nextToken: string | null | undefined;
        // The newest are enough: all of them each time would be slow.
        for (let pages = 0; pages < 3 && nextToken !== null; pages += 1) {
          const page = (await persist(
            patientId,
            'listMessages',
            { limit: 20, ...(nextToken && { nextToken }) },
            1_000,
          )) as {
            messages: ChatMessage[];
            nextToken: string | null;
          };
          seen.push(...page.messages.map(({ messageId }) => messageId));
          nextToken = page.nextToken;
        }
        runs.push(seen);
        for (let waits = 0; waits < 200; waits += 1) await Promise.resolve();
      }
    };
    const sweep = async () => {
      while (todo.left > 0) {
        let open = () => {};
        gate = new Promise((resolve) => (open = resolve));
        // Whoever passed the gate before it closed asks within a turn.
        await Promise.resolve();
        await Promise.allSettled(running);
        kept.clock += 31_000;
        open();
        await deliverMessages(ports)({}).catch(() => undefined);
        for (let waits = 0; waits < 500; waits += 1) await Promise.resolve();
      }
    };
    const facts = Array.from({ length: 100 }, (_, at) => `m${at}`);
    const tell = async () => {
      // Each twice, as after an answer that was lost.
      for (const fact of [...facts, ...facts]) {
        say('recording-on', fact);
        for (let waits = Math.floor(random() * 200); waits > 0; waits -= 1) await Promise.resolve();
      }
    };
    await Promise.all([...people, ...people].map(write).concat(read(), read(), sweep(), tell()));
    isOver = true;
    for (let sweeps = 0; kept.rows.some(({ state }) => state !== 'confirmed') && sweeps < 100; sweeps += 1) {
      kept.clock += 31_000;
      await deliverMessages(ports)({});
    }

    const order = kept.rows.map(({ messageId }) => messageId);
    const place = new Map(order.map((messageId, at) => [messageId, at]));
    // None lost: what was answered is there, under the token that it was sent with; none twice.
    for (const { messageId, clientToken } of answered) {
      expect(kept.byId.get(messageId)?.clientToken).toBe(clientToken);
    }
    expect(new Set(kept.rows.map(({ senderId, clientToken }) => `${senderId} ${clientToken}`)).size).toBe(order.length);
    // Stable: what anybody read was a stretch of the order, without a hole.
    for (const seen of runs) {
      const places = seen.map((messageId) => place.get(messageId) ?? Number.NaN);
      expect(places).toEqual(places.map((_, at) => (places[0] ?? 0) - at));
    }
    expect(kept.rows.every((row, at) => at === 0 || row.createdAt > (kept.rows[at - 1]?.createdAt ?? ''))).toBe(true);
    // Chime has each once, as it stands.
    expect(kept.rows.filter(({ state }) => state !== 'confirmed')).toEqual([]);
    expect(kept.chime.messages).toHaveLength(order.length);
    for (const row of kept.rows) {
      const message = kept.chime.byId.get(row.chimeMessageId ?? '');
      expect([message?.content, message?.isRedacted]).toEqual([row.message, row.redactedAt !== null]);
    }
    for (const [messageId, text] of changed) expect(kept.byId.get(messageId)?.message).toBe(text);
    const audited = kept.audit.filter(({ action }) => action === 'message_sent').map(({ messageId }) => messageId);
    expect(audited).toEqual(order);
    const said = kept.rows.filter(({ messageType }) => messageType === 'system');
    expect(said.map(({ clientToken }) => clientToken)).toEqual(facts.map((fact) => `recording-on ${fact}`));
    expect(kept.chime.messages.filter(({ by }) => by.endsWith('/system'))).toHaveLength(facts.length);
    expect(order.length).toBeGreaterThan(each * 0.9);
  });
});
