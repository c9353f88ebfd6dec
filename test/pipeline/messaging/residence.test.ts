import { expect, test } from 'vitest';
import { messagingRegionFor, messagingRegions } from '../../../pipeline/messaging/residence.ts';
import { controlRegions } from '../../../pipeline/meetings/residence.ts';

test.each([
  ['eu-central-1', 'eu-central-1'],
  ['us-east-1', 'us-east-1'],
  ['eu-west-2', 'eu-central-1'],
  ['af-south-1', 'eu-central-1'],
])('meetings of %s have their messages in %s', (controlRegion, region) => {
  expect(messagingRegionFor(controlRegion)).toBe(region);
});

test('wherever meetings are, there is a place for messages', () => {
  for (const region of controlRegions) expect(messagingRegions.has(messagingRegionFor(region))).toBe(true);
});
