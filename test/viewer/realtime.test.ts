import { beforeEach, describe, expect, test } from 'vitest';
import { type Environment, Line, type SocketEvents } from '../../viewer/realtime.ts';
import { settle, Timers } from './timers.ts';

interface Frame {
  topic: string;
  event: string;
  payload: Record<string, unknown>;
  ref: string;
  join_ref?: string;
}

/** A socket with nobody but the test at its other end. */
class FakeSocket {
  sent: Frame[] = [];
  isClosed = false;
  readonly address: string;
  readonly on: SocketEvents;

  constructor(address: string, on: SocketEvents) {
    this.address = address;
    this.on = on;
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Frame);
  }

  close(): void {
    this.isClosed = true;
    this.on.close();
  }

  async open(): Promise<void> {
    this.on.open();
    await settle();
  }

  say(frame: object): void {
    this.on.message(JSON.stringify({ topic, ref: null, payload: {}, ...frame }));
  }

  /** Answers the last frame that was sent. */
  answer(status: string, response: object = {}): void {
    const last = this.sent.at(-1);
    this.say({ topic: last?.topic, event: 'phx_reply', ref: last?.ref, payload: { status, response } });
  }
}

const topic = 'realtime:session:s';
let timers: Timers;
let sockets: FakeSocket[];
let told: string[];
let token: string;
let renew: ((token: string) => void) | undefined;
let line: Line;

const last = () => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error('no socket');
  return socket;
};
const sent = () => last().sent.map(({ event }) => event);

beforeEach(() => {
  timers = new Timers();
  sockets = [];
  told = [];
  token = 'first';
  const environment: Environment = {
    connect(address, on) {
      const socket = new FakeSocket(address, on);
      sockets.push(socket);
      return socket;
    },
    after: timers.after,
    token: () => Promise.resolve(token),
    onToken(listener) {
      renew = listener;
      return () => (renew = undefined);
    },
    random: () => 0.5,
  };
  line = new Line({ url: 'https://project.supabase.co', apiKey: 'public', topic: 'session:s' }, environment, {
    joined: () => told.push('joined'),
    lost: () => told.push('lost'),
    heard: (event, payload) => told.push(`${event} ${JSON.stringify(payload)}`),
  });
});

async function join(): Promise<void> {
  await last().open();
  last().answer('ok');
}

const broadcast = (payload: object) => ({
  event: 'broadcast',
  payload: { event: 'recording', type: 'broadcast', payload },
});

test('joins a private topic with the token in a message, not in the address', async () => {
  await join();
  const { address, sent: frames } = last();
  expect(address).toBe('wss://project.supabase.co/realtime/v1/websocket?apikey=public&vsn=1.0.0');
  expect(frames).toMatchObject([
    { topic, event: 'phx_join', payload: { access_token: 'first', config: { private: true } } },
  ]);
  expect(frames[0]?.join_ref).toBe(frames[0]?.ref);
  last().say(broadcast({ revision: 2 }));
  expect(told).toEqual(['joined', 'recording {"revision":2}']);
});

test('nothing is heard before it is joined, of another topic, or of what is no frame', async () => {
  last().say(broadcast({ revision: 1 }));
  await join();
  last().say({ ...broadcast({ revision: 2 }), topic: 'realtime:session:other' });
  last().on.message('{');
  last().on.message(new ArrayBuffer(1));
  last().say({ event: 'broadcast', payload: null });
  expect(told).toEqual(['joined']);
});

test('a heartbeat goes out every 25 seconds; one without an answer ends the socket', async () => {
  await join();
  for (let beat = 0; beat < 3; beat += 1) {
    await timers.pass(25_000);
    last().answer('ok');
  }
  expect(sent()).toEqual(['phx_join', 'heartbeat', 'heartbeat', 'heartbeat']);
  expect(last().sent.at(-1)?.topic).toBe('phoenix');
  await timers.pass(25_000);
  expect(told).toEqual(['joined']);
  await timers.pass(25_000);
  expect(told).toEqual(['joined', 'lost']);
  expect(sockets[0]?.isClosed).toBe(true);
});

test('a lost socket comes back ever later, and at once as before when it was joined again', async () => {
  await join();
  const times: number[] = [];
  for (let loss = 0; loss < 9; loss += 1) {
    last().on.close();
    const before = timers.now;
    const count = sockets.length;
    while (sockets.length === count) await timers.pass(500);
    times.push((timers.now - before) / 1000);
  }
  expect(times).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  await join();
  last().on.close();
  await timers.pass(1000);
  expect(sockets).toHaveLength(11);
  expect(told.filter((one) => one === 'joined')).toHaveLength(2);
});

test('a socket that was given up says nothing any more', async () => {
  await join();
  const [old] = sockets;
  old?.on.close();
  await timers.pass(1000);
  old?.say(broadcast({ revision: 9 }));
  old?.on.close();
  await join();
  expect(told).toEqual(['joined', 'lost', 'joined']);
});

describe('a token that is renewed', () => {
  test('goes to the channel that is joined', async () => {
    await join();
    renew?.('second');
    expect(last().sent.at(-1)).toMatchObject({
      topic,
      event: 'access_token',
      payload: { access_token: 'second' },
      join_ref: last().sent[0]?.ref,
    });
    expect(sockets).toHaveLength(1);
  });
  test('joins where the one before it was refused, which is not tried again by itself', async () => {
    await last().open();
    last().answer('error', { reason: 'InvalidJWTToken: Token has expired 300 seconds ago' });
    await timers.pass(3_600_000);
    expect(sockets).toHaveLength(1);
    token = 'second';
    renew?.('second');
    await join();
    expect(last().sent).toMatchObject([{ event: 'phx_join', payload: { access_token: 'second' } }]);
    expect(told).toEqual(['lost', 'joined']);
  });
});

test('a refusal that may pass is tried again', async () => {
  await last().open();
  last().answer('error', { reason: 'RealtimeRestarting: Realtime is restarting, please standby' });
  await timers.pass(1000);
  expect(sockets).toHaveLength(2);
});

test.each(['phx_close', 'phx_error'])('%s of the channel joins anew', async (event) => {
  await join();
  last().say({ event });
  await timers.pass(1000);
  await join();
  expect(told).toEqual(['joined', 'lost', 'joined']);
});

test('closed, it is silent and does not come back', async () => {
  await join();
  line.close();
  await timers.pass(3_600_000);
  expect(sockets).toHaveLength(1);
  expect(told).toEqual(['joined']);
  expect(renew).toBeUndefined();
});
