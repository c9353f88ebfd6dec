import { expect, test } from 'vitest';
import { campaign, outages, replay } from '../../../local/chaos/campaign.ts';
import type { Schedule } from '../../../local/chaos/schedule.ts';

test('some runs of a fixed seed break no promise', async () => {
  const { findings, recordings, faults } = await campaign('npm test', 10);
  expect(findings).toEqual([]);
  expect(recordings).toBeGreaterThan(20);
  expect(faults.hit).toBeGreaterThan(10);
});

test('S3 and Supabase are away for six hours each: all ends well, and nothing is paid twice', async () => {
  const both = outages().slice(0, 2);
  const { findings, ends, paidAgain } = await replay(both);
  const { length } = both;
  expect({ findings, ends, paidAgain }).toEqual({
    findings: [],
    ends: { completed: 2 * length, skipped: length, not_coded: length },
    paidAgain: 0,
  });
});

test('a promise that is broken is a finding, with what is left of its schedule', async () => {
  // An event of a new recording that never comes: no service promises to lose none of them to this.
  const lost: Schedule = {
    meetings: [{ kind: 'usual', recordings: 1 }],
    faults: [
      { at: [0, 'startWorkflow', 1], do: 'never' },
      { at: [0, 'storeResults', 1], do: 'slow' },
    ],
  };
  const { findings } = await replay([lost]);
  expect(findings).toMatchObject([{ run: 1, isRepeatable: true, smallest: { faults: lost.faults.slice(0, 1) } }]);
  expect(findings[0]?.violations.map(({ rule }) => rule)).toContain('every recording ends');
});
