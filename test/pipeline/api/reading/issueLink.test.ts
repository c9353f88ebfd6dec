import { expect, test } from 'vitest';
import { issueLink, linkSeconds } from '../../../../pipeline/api/reading/issueLink.ts';
import { Refusal } from '../../../../pipeline/refusals.ts';
import { memoryReading, provider, recordingId } from './memoryReading.ts';

const input = { params: { id: recordingId }, body: undefined };

test('a link is of the version that the caller may read, for five minutes', async () => {
  expect(await issueLink(memoryReading())(provider, input)).toEqual({
    url: 'https://recordings/recordings/m/a.mp4?versionId=v1&contentType=video%2Fmp4&seconds=300',
    expiresAt: '2026-11-28T09:05:00.000Z',
    contentType: 'video/mp4',
  });
  expect(linkSeconds).toBe(300);
});

test('it is asked for with her own token, and handed out once it is written down', async () => {
  const ports = memoryReading();
  await issueLink(ports)(provider, input);
  expect(ports.did).toEqual([`locate ${recordingId} with token`, 'issue', `log link of ${recordingId} with token`]);
});

test('what cannot be written down is not handed out', async () => {
  const ports = memoryReading();
  ports.records.logAccess = () => Promise.reject(new Refusal('ServiceUnavailable'));
  await expect(issueLink(ports)(provider, input)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});

test("somebody else's recording is signed for nobody", async () => {
  const ports = memoryReading();
  ports.records.locate = () => Promise.reject(new Refusal('OnlyTheProvider'));
  await expect(issueLink(ports)(provider, input)).rejects.toMatchObject({ code: 'OnlyTheProvider' });
  expect(ports.did).toEqual([]);
});

test('an id that is none asks nobody', async () => {
  const ports = memoryReading();
  await expect(issueLink(ports)(provider, { params: { id: '../x' }, body: undefined })).rejects.toMatchObject({
    code: 'OnlyTheProvider',
  });
  expect(ports.did).toEqual([]);
});

test('a recording without its version is not known to be the one', async () => {
  const ports = memoryReading({ location: { bucket: 'b', key: 'k', versionId: null } });
  await expect(issueLink(ports)(provider, input)).rejects.toMatchObject({ code: 'RecordingGone' });
  expect(ports.did).not.toContain('issue');
});
