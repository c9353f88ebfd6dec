import { beforeEach, expect, test } from 'vitest';
import { Session } from '../../viewer/session.ts';

type Listener = (event: Pick<MessageEvent, 'origin' | 'data'>) => void;

const home = 'https://ehr.example';
let listeners: Listener[];
let asked: string[];
let session: Session;
beforeEach(() => {
  listeners = [];
  asked = [];
  const onMessage = (listener: Listener) => void listeners.push(listener);
  const holders = [
    { postMessage: (message: unknown, origin: string) => void asked.push(`${JSON.stringify(message)} ${origin}`) },
  ];
  session = new Session({ onMessage, holders }, [home]);
});
const say = (data: unknown, origin = home) => listeners.forEach((listener) => listener({ origin, data }));
const sent = (token: unknown) => ({ type: 'medzen.session', token });

test('it asks the configured origin alone, and waits for its token', async () => {
  const waiting = session.token();
  say(sent('first'));
  expect(await waiting).toBe('first');
  expect(asked).toEqual([`{"type":"medzen.ready"} ${home}`]);
});

test('a later message renews the token, and tells those who listen of each that is another', async () => {
  const renewed: string[] = [];
  const end = session.onToken((token) => renewed.push(token));
  for (const token of ['first', 'second', 'second', 'third']) say(sent(token));
  expect(await session.token()).toBe('third');
  expect(renewed).toEqual(['second', 'third']);
  end();
  say(sent('fourth'));
  expect(renewed).toHaveLength(2);
});

test.each<[string, unknown, string]>([
  ['another origin', sent('theirs'), 'https://evil.example'],
  ['an origin that only begins like ours', sent('theirs'), `${home}.evil.example`],
  ['another message', { type: 'webpackOk', token: 'theirs' }, home],
  ['a token that is no text', sent(7), home],
  ['an empty token', sent(''), home],
  ['no object', 'medzen.session', home],
  ['null', null, home],
])('%s gives no token', async (_, data, origin) => {
  say(data, origin);
  say(sent('ours'));
  expect(await session.token()).toBe('ours');
});
