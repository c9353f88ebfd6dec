import { expect, test } from 'vitest';
import { fillRetries } from '../../infra/retries.ts';

const busy = { ErrorEquals: ['Throttled'], MaxAttempts: 8 };
const away = { ErrorEquals: ['ServiceUnavailable'], MaxAttempts: 6 };
const own = { ErrorEquals: ['Odd'], MaxAttempts: 1 };
const rules = { busy, away };

test('a rule that is named stands in its place, in the order of the names', () => {
  const machine = {
    Comment: 'kept',
    States: {
      one: { Type: 'Task', Retry: ['busy', own, 'away'], Next: 'two' },
      two: { Type: 'Map', ItemProcessor: { StartAt: 'inner', States: { inner: { Retry: ['away'] } } } },
      three: { Type: 'Parallel', Branches: [{ States: { left: { Retry: ['busy'] } } }, { States: { right: {} } }] },
      four: { Type: 'Succeed' },
    },
  };
  expect(fillRetries(machine, rules)).toEqual({
    Comment: 'kept',
    States: {
      one: { Type: 'Task', Retry: [busy, own, away], Next: 'two' },
      two: { Type: 'Map', ItemProcessor: { StartAt: 'inner', States: { inner: { Retry: [away] } } } },
      three: { Type: 'Parallel', Branches: [{ States: { left: { Retry: [busy] } } }, { States: { right: {} } }] },
      four: { Type: 'Succeed' },
    },
  });
});

test.each(['bussy', 'toString'])('%s, which is no rule, is refused with the state that names it', (name) => {
  const inner = { States: { inner: { Retry: ['busy', name] } } };
  expect(() => fillRetries({ States: { outer: { ItemProcessor: inner } } }, rules)).toThrow(
    expect.objectContaining({
      name: 'TemplateInvalid',
      message: `inner names the retry rule ${name}, which does not exist; there are busy, away`,
    }),
  );
});

test('a Retry that is no list is refused', () => {
  expect(() => fillRetries({ States: { one: { Retry: 'busy' } } }, rules)).toThrow('one: its Retry is no list');
});
