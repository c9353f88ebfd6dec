import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { run } from '../command.ts';

const cost = (...args: string[]) => run('local/commands/cost.ts', args);

test('without options it prints what the README shows', async () => {
  const { code, stdout, stderr } = await cost();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(await readFile('README.md', 'utf8')).toContain(stdout);
});

test('a call that is not recorded is the call alone', async () => {
  const { code, stdout } = await cost(
    '--recorded',
    'no',
    '--captions',
    'medical',
    '--people',
    '3',
    '--minutes',
    '10',
    '--spoken',
    '2500',
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/^The call: 1000 visits of 10 minutes a month, 3 people, not recorded, medical captions;/);
  expect(stdout).toContain('| captions, medical | 10 min | 0.7500 | 750.00 |');
  expect(stdout).toContain('| speech, neural | 2500 characters | 0.0400 | 40.00 | unconfirmed: from memory |');
  expect(stdout).toContain('| the call | 10 min | 0.8410 | 841.00 |');
  expect(stdout).not.toContain('DetectEntitiesV2');
});

test('a shorter cap makes a forgotten capture cheaper', async () => {
  expect((await cost('--capture-minutes', '60')).stdout).toContain('costs 0.75 USD at most: it ends after 60 minutes');
});

test('a price of the last table may be replaced, and what is written and sent may be said', async () => {
  const { code, stdout } = await cost(
    '--messages',
    '0',
    '--attached',
    '100',
    '--price',
    'storage=0.5',
    '--price',
    'key=2',
  );
  expect(code).toBe(0);
  expect(stdout).toContain('| S3: attachments | 100 GB | 50.00 | storage: 0.5, as given |');
  expect(stdout).toContain('| KMS: keys | 2 keys | 4.00 | key: 2, as given |');
  expect(stdout).toContain('| chat | 0 messages | 0.00 |');
});

test.each<[args: string[], message: string]>([
  [['--messages', '-1'], '--messages -1 is not a number above 0'],
  [['--price', 'gold=1'], '--price gold=1 is not NAME=USD with one of storage, archive, put'],
  [['--price', 'storage=free'], '--price storage=free is not NAME=USD'],
  [['--minutes', '-5'], '--minutes -5 is not a number above 0'],
  [['--minutes', '241'], '--minutes 241 is more than 240'],
  [['--people', '0'], '--people 0 is no whole number from 1 to 250'],
  [['--people', '1.5'], '--people 1.5 is no whole number from 1 to 250'],
  [['--recorded', 'maybe'], '--recorded maybe is none of yes, no'],
  [['--spoken', '-1'], '--spoken -1 is no whole number from 1 to 1000000'],
  [['--captions', 'fr'], '--captions fr is none of no, medical, standard'],
  [['--capture-minutes', '1441'], '--capture-minutes 1441 is no whole number from 1 to 1440'],
])('cost %j is bad usage', async (args, message) => {
  const { code, stdout, stderr } = await cost(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`cost: ${message}`);
});
