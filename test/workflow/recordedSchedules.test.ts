import { expect, test } from 'vitest';
import { campaign } from '../../local/chaos/campaign.ts';

/** How many calls are held, and from which seed they are drawn: more of them when they are asked for. */
const count = Number(process.env['RECORDED_SCHEDULES'] ?? 4);
const seed = process.env['RECORDED_SEED'] ?? 'recorded';

/**
 * Whatever people do and whatever goes wrong: each capture ends, each recording is joined once or said to be lost, nobody is
 * heard before she agreed or after she withdrew, and nobody stays silenced. The rules stand in local/chaos/recordingChecks.
 */
test('every call is recorded as its people agreed, whatever goes wrong', async () => {
  const { findings, runs, faults } = await campaign(seed, count, { areCalls: true });
  process.stdout.write(`seed ${seed}: ${runs} calls, ${faults.hit} faults\n`);
  expect(findings).toEqual([]);
  expect([runs, faults.hit > count / 4]).toEqual([count, true]);
});
