import { expect, test } from 'vitest';
import { campaign, replay } from '../../../local/chaos/campaign.ts';
import { type Act, plainCall } from '../../../local/chaos/callPlan.ts';
import { hasChat } from '../../../local/chaos/chatPlan.ts';
import { callNumber, type Fault } from '../../../local/chaos/harms.ts';
import { type Schedule, toCallSchedule } from '../../../local/chaos/schedule.ts';

const act = (who: Act['who'], does: Act['does']): Act => ({ who, does, seconds: 5 });
const talk = [
  act('patient', 'writes twice'),
  act('third', 'reads'),
  act('provider', 'includes'),
  act('third', 'writes'),
  act('provider', 'excludes'),
  act('third', 'reads'),
  act('third', 'writes'),
  act('provider', 'writes'),
];
const beside = (call: readonly Act[], ...faults: Fault[]): Schedule => ({
  meetings: [],
  faults,
  call: { ...plainCall, acts: [...call, ...talk] },
});
const at = (name: string, n: number): Fault['at'] => [callNumber, name, n];

test('a chat beside a call keeps every message once, whatever happens to it', async () => {
  const { findings, faults } = await replay([
    beside(plainCall.acts),
    beside(
      [],
      { at: at('accept_message', 1), do: 'exit-after' },
      { at: at('SendChannelMessage', 2), do: 'lost-after' },
    ),
    beside([], { at: at('SendChannelMessage', 1), do: 'away', minutes: 10 }, { at: at('', 2), do: 'echo' }),
    beside([], { at: at('CreateChannel', 1), do: 'failed-after' }, { at: at('deliverMessages', 1), do: 'dead-after' }),
  ]);
  expect(findings).toEqual([]);
  expect(faults.hit).toBeGreaterThanOrEqual(6);
});

test('some calls of a fixed seed break no promise, with a chat beside them', async () => {
  const seed = 'calls';
  expect([1, 2].filter((run) => hasChat(toCallSchedule(seed, run).call ?? plainCall))).toEqual([1, 2]);
  const { findings, faults } = await campaign(seed, 2, { areCalls: true });
  expect(findings).toEqual([]);
  expect(faults.hit).toBeGreaterThanOrEqual(4);
});
