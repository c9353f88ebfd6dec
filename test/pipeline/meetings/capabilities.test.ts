import { expect, test } from 'vitest';
import { capabilitiesOf, isSame, restraintOf } from '../../../pipeline/meetings/capabilities.ts';
import type { Capabilities } from '../../../pipeline/meetings/call.ts';

test.each<[boolean, boolean, ReturnType<typeof restraintOf>, string]>([
  [false, false, 'waiting', 'None None None'],
  [false, true, 'waiting', 'None None None'],
  [true, true, 'muted', 'Receive SendReceive SendReceive'],
  [true, false, undefined, 'SendReceive SendReceive SendReceive'],
])('admitted %j, muted %j: %s, %s', (admitted, muted, restraint, flows) => {
  expect(restraintOf({ admitted, muted })).toBe(restraint);
  const { Audio, Video, Content } = capabilitiesOf({ admitted, muted });
  expect([Audio, Video, Content].join(' ')).toBe(flows);
  // Chime refuses content for whoever receives no video.
  if (['SendReceive', 'Receive'].includes(Content)) expect(['SendReceive', 'Receive']).toContain(Video);
});

test.each(['Audio', 'Video', 'Content'] as const)('two are the same when nothing differs: %s', (flow) => {
  const all: Capabilities = { Audio: 'Receive', Video: 'Receive', Content: 'Receive' };
  expect([isSame(all, { ...all }), isSame(all, { ...all, [flow]: 'None' })]).toEqual([true, false]);
});
