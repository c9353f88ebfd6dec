import { describe, expect, test } from 'vitest';
import {
  controlRegions,
  isElsewhere,
  isHere,
  mediaRegionFor,
  mediaRegionOf,
  meetsIn,
  otherControlRegions,
  pipelinesRegionFor,
} from '../../../pipeline/meetings/residence.ts';

const allowed = ['af-south-1', 'eu-west-1'];

test('Chime is controlled where its API model says, and not in Ireland', () => {
  expect([...controlRegions].toSorted()).toEqual(['af-south-1', 'eu-central-1', 'eu-west-2', 'us-east-1']);
});

test('a region is no other one than itself', () => {
  expect(otherControlRegions('eu-west-2')).toEqual(['eu-central-1', 'us-east-1', 'af-south-1']);
});

describe('where a meeting is held', () => {
  test.each([
    [undefined, 'af-south-1'],
    ['eu-west-1', 'eu-west-1'],
  ])('for a wish of %s: %s', (wanted, region) => expect(mediaRegionFor(wanted, allowed)).toBe(region));

  test.each(['us-east-1', '', 'constructor', 'AF-SOUTH-1'])('nobody may wish for %j', (wanted) => {
    expect(() => mediaRegionFor(wanted, allowed)).toThrow(expect.objectContaining({ code: 'RegionNotAllowed' }));
  });

  test('nowhere, where nothing is allowed', () => {
    expect(() => mediaRegionFor(undefined, [])).toThrow(expect.objectContaining({ code: 'RegionNotAllowed' }));
  });

  test.each([
    ['as before', 'eu-west-1', 'eu-west-1'],
    ['at home, where no meeting was before', null, 'af-south-1'],
    ['at home, where an older row names a region of somebody else', 'us-east-1', 'af-south-1'],
  ])('%s', (_, mediaRegion, region) => expect(mediaRegionOf({ mediaRegion }, allowed)).toBe(region));
});

test.each([
  ['eu-central-1', false],
  ['af-south-1', true],
])('a meeting that is controlled in %s is elsewhere: %j', (controlRegion, elsewhere) => {
  expect(isElsewhere({ controlRegion }, { controlRegion: 'eu-central-1' })).toBe(elsewhere);
});

test.each([
  ['eu-central-1', 'eu-central-1'],
  ['us-east-1', 'us-east-1'],
  ['af-south-1', 'eu-central-1'],
])('captures of meetings that are controlled in %s are controlled in %s', (controlRegion, region) => {
  expect(pipelinesRegionFor(controlRegion)).toBe(region);
});

describe('a meeting is recorded where its media is with the bucket', () => {
  const meeting = { meetingId: 'm', attempt: 1, controlRegion: 'eu-central-1', isSpoilt: false };

  test.each([
    ['eu-west-1', true],
    ['af-south-1', false],
    [null, false],
    [undefined, false],
  ])('%s: %j', (mediaRegion, here) => expect(isHere(mediaRegion, { region: 'eu-west-1' })).toBe(here));

  test('which is where Chime says, and before there is one, where it would be', () => {
    const said = { ...meeting, data: { MeetingId: 'm', MediaRegion: 'eu-west-1' } };
    expect(meetsIn({ meeting: said, mediaRegion: 'af-south-1' })).toBe('eu-west-1');
    expect(meetsIn({ meeting: { ...meeting, data: { MeetingId: 'm' } }, mediaRegion: 'af-south-1' })).toBe(
      'af-south-1',
    );
    expect(meetsIn({ meeting: null, mediaRegion: null })).toBeNull();
  });
});
