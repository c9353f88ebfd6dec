import { describe, expect, test } from 'vitest';
import { agentLimit, toClient } from '../../pipeline/client.ts';

describe('an address', () => {
  test.each([
    '192.0.2.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    '2001:db8::1',
    '2001:DB8:0:0:0:0:0:1',
    '::ffff:192.0.2.1',
  ])('%s is kept as it is', (address) => expect(toClient(address, null).address).toBe(address));

  test.each([
    '',
    'unknown',
    '256.1.1.1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4:443',
    '10.0.0.0/8',
    '192.0.2.1, 192.0.2.2',
    '010.1.1.1',
    '2001:db8::1::2',
    '[::1]',
    '::1/64',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7:8:9',
    null,
    undefined,
  ])('%s is none', (address) => expect(toClient(address, null).address).toBeNull());
});

test.each([
  ['curl/8.7.1', 'curl/8.7.1'],
  ['Mozilla/5.0 (Linux; Android 14)', 'Mozilla/5.0 (Linux; Android 14)'],
  ['Ngozi’s phone\r\nx-forged: 1', 'Ngozi?s phone?x-forged: 1'],
  ['a'.repeat(300), 'a'.repeat(agentLimit)],
  [`${'é'.repeat(300)}a`, '?a'],
  ['   ', null],
  ['', null],
  [null, null],
  [undefined, null],
])('of the program %j, %j is kept', (agent, kept) => {
  expect(toClient(null, agent).agent).toBe(kept);
  expect(() => new Headers({ 'x-client-agent': kept ?? '' })).not.toThrow();
});
