import { link, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Case } from '../../../local/cases/caseFolder.ts';
import type { Deployment } from '../../../local/replay/deployment.ts';
import { removePage, writePage } from '../../../local/replay/page.ts';
import type { PageData } from '../../../viewer/pageData.ts';
import { documentsOf } from '../../pipeline/consult.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'page-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A bucket with one object, or none. */
const deploymentOf = (body?: string) =>
  ({
    clients: {
      s3: {
        send: () =>
          body === undefined
            ? Promise.reject(Object.assign(new Error('gone'), { name: 'NoSuchKey' }))
            : Promise.resolve({ Body: [Buffer.from(body)] }),
      },
    },
  }) as unknown as Deployment;

const rows = {
  session: { id: 'session', provider_id: 'provider', patient_id: 'patient', status: 'ended' },
  recording: { bucket: 'bucket', key: 'recordings/m/audio/a.mp4' },
};
const stored = { base: 'https://api.example', at: '2026-03-04T12:00:00.5+01:00' };

async function write(deployment: Deployment, recording?: Case['recording'], isCase = true): Promise<PageData> {
  const given = isCase ? ({ name: 'case', ...(recording && { recording }) } as Case) : undefined;
  await writePage(deployment, await documentsOf(['P: I take [ramipril].']), rows, stored, folder, given);
  const page = await readFile(join(folder, 'consultation.html'), 'utf8');
  return JSON.parse(/id="data">(.*?)<\/script>/.exec(page)?.[1] ?? '') as PageData;
}

test('a page says whose it is, when it was stored, and that a stand-in is silent', async () => {
  const { opened, audio } = await write(deploymentOf('silence'));
  expect(opened.session).toMatchObject({ sessionId: 'session', providerId: 'provider', patientId: 'patient' });
  expect(opened.recording.storedAt).toBe('2026-03-04T11:00:00.500Z');
  expect(audio).toEqual({ url: 'consultation-recording.mp4', isSilent: true });
  expect(await readFile(join(folder, 'consultation-recording.mp4'), 'utf8')).toBe('silence');
});

test('of a run that somebody else started, nobody knows that', async () => {
  const { audio } = await write(deploymentOf('sound'), undefined, false);
  expect(audio?.isSilent).toBe(false);
});

test('a recording of this machine is linked, not fetched, and is still there when the page goes', async () => {
  const path = join(folder, 'recording.mp3');
  await writeFile(path, 'sound');
  const { audio } = await write(deploymentOf(), { fileName: 'recording.mp3', bytes: { path, size: 5 } });
  expect(audio).toEqual({ url: 'consultation-recording.mp3', isSilent: false });
  expect((await stat(path)).nlink).toBe(2);
  await removePage(folder);
  expect(await readdir(folder)).toEqual(['recording.mp3']);
});

test('what was linked is never written into', async () => {
  const own = join(folder, 'own.mp4');
  await writeFile(own, 'sound');
  await link(own, join(folder, 'consultation-recording.mp4'));
  await removePage(folder);
  await write(deploymentOf('silence'));
  expect(await readFile(own, 'utf8')).toBe('sound');
});

test('a recording that is gone is none', async () => {
  expect((await write(deploymentOf(), undefined, false)).audio).toBeNull();
});
