import { describe, expect, test } from 'vitest';
import { withTranscribeMedical } from '../../../local/services/transcribe/regions.ts';
import { chimeMediaRegions, consentRegions, regions } from '../../../pipeline/recording/regions.ts';

const listed = (text: string) => text.split(/\s+/).toSorted();
const having = (ability: 'transcribeMedical' | 'comprehendMedical') =>
  Object.keys(regions)
    .filter((region) => regions[region]?.[ability])
    .toSorted();

describe('the regions that the pipeline may run in', () => {
  // AWS general reference, endpoints of Comprehend Medical.
  test('code where Comprehend Medical has an endpoint, and nowhere else', () => {
    expect(having('comprehendMedical')).toEqual(
      listed('us-east-1 us-east-2 us-west-2 ap-southeast-2 ca-central-1 eu-west-1 eu-west-2 us-gov-west-1'),
    );
  });

  test('use the medical engine where the stand-in has it: the two lists are written apart', () => {
    expect(having('transcribeMedical')).toEqual(withTranscribeMedical.toSorted());
  });

  test('are some more, in which a recording is transcribed and not coded', () => {
    const uncoded = Object.keys(regions).filter((region) => !having('comprehendMedical').includes(region));
    expect(uncoded.toSorted()).toEqual(['af-south-1', 'eu-central-1']);
  });
});

describe('the regions where Chime holds a meeting', () => {
  // CreateMeeting, MediaRegion.
  const media = `af-south-1 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1
    eu-central-1 eu-north-1 eu-south-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2`;

  test('are the media regions, not the control regions', () => {
    expect([...chimeMediaRegions].toSorted()).toEqual(listed(media));
    expect(chimeMediaRegions.has('il-central-1')).toBe(false);
  });

  test('hold every region of the pipeline but GovCloud', () => {
    expect(Object.keys(regions).filter((region) => !chimeMediaRegions.has(region))).toEqual(['us-gov-west-1']);
  });
});

test('South Africa asks for consent to a transfer, for nothing is coded there', () => {
  expect([...consentRegions]).toEqual(['af-south-1']);
  expect(chimeMediaRegions.has('af-south-1')).toBe(true);
  expect(regions['af-south-1']?.comprehendMedical).toBe(false);
});
