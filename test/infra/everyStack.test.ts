import { describe, expect, test } from 'vitest';
import { differences, everyStack, type Placed, titleOf } from '../../infra/everyStack.ts';
import { regions } from '../../pipeline/recording/regions.ts';
import { controlRegions } from '../../pipeline/meetings/residence.ts';
import type { Template } from '../../infra/template.ts';

const all = everyStack('prod');
const ofKind = (kind: string) => all.filter(({ stack }) => stack.kind === kind);

test('every region has what it may have, once', () => {
  const titles = all.map(titleOf);
  expect(titles).toEqual([...new Set(titles)]);
  expect(ofKind('workflow').map(({ order }) => order.region)).toEqual(Object.keys(regions));
  const reachable = Object.entries(regions).filter(([region]) => region !== 'us-gov-west-1');
  // Each region that controls meetings, for every other one that has a workflow.
  expect(ofKind('control')).toHaveLength(controlRegions.size * (reachable.length - 1));
  const coding = reachable.filter(([, one]) => one.transcribeMedical && one.comprehendMedical);
  expect(ofKind('source')).toHaveLength(2 * coding.length);
  expect(ofKind('cdn').map(({ order }) => order.region)).toEqual(['us-east-1']);
});

test.each(['workflow us-gov-west-1', 'source af-south-1 for eu-west-1', 'control eu-central-1 for eu-west-1'])(
  '%s is among them',
  (title) => expect(all.map(titleOf)).toContain(title),
);

describe('two templates of a kind', () => {
  const placed = (title: string) => all.find((one) => titleOf(one) === title) as Placed;
  const bucket = (text: string): Template => ({
    Resources: { Bucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: text, Tags: ['a'] } } },
  });
  const [one, other] = [placed('source eu-central-1 for eu-west-1'), placed('source af-south-1 for us-east-1')];

  test.each<[what: string, a: string, b: string, paths: string[]]>([
    ['the same', 'x', 'x', []],
    ['each its own region', 'a-eu-central-1', 'a-af-south-1', []],
    ['both regions', 'eu-west-1-eu-central-1', 'us-east-1-af-south-1', []],
    ['a region that is neither', 'eu-west-3', 'eu-west-3', []],
    [
      'the time at which it was packaged',
      '1795926133417-2026-11-29T04:02:13.417Z/a.zip',
      '1795926199000-2026-11-29T04:03:19.000Z/a.zip',
      [],
    ],
    ['regions in each other’s place', 'eu-west-1', 'af-south-1', ['/Resources/Bucket/Properties/BucketName']],
    ['another text', 'x-eu-central-1', 'y-af-south-1', ['/Resources/Bucket/Properties/BucketName']],
  ])('%s', (_, a, b, paths) => {
    expect(differences([one, bucket(a)], [other, bucket(b)])).toEqual(paths);
  });

  test('what one of them lacks is a difference', () => {
    const without = { Resources: {} };
    expect(differences([one, bucket('x')], [other, without])).toEqual(['/Resources/Bucket']);
    expect(differences([one, without], [other, bucket('x')])).toEqual(['/Resources/Bucket']);
  });
});
