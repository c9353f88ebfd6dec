import { createWriteStream } from 'node:fs';
import { copyFile, link, readdir, rm, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { toPage } from '../../infra/page.ts';
import type { Consultation } from '../../pipeline/clinical/consultation.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import { isNamed } from '../../pipeline/edge/failure.ts';
import { openFiles } from '../../pipeline/reading/openFiles.ts';
import type { Transcript } from '../../pipeline/transcript/transcript.ts';
import type { Case } from '../cases/caseFolder.ts';
import type { Deployment } from './deployment.ts';
import type { Stored } from './fhir.ts';

/** The page of a consultation, which opens from the file system. */
export const pageName = 'consultation.html';

/** The name of the recording beside the page, without its ending. A folder may hold a case's own `recording.*`. */
const beside = 'consultation-recording';
const ofAnyEnding = new RegExp(`^${beside}(?:\\.\\w{1,5})?$`);

/** The rows that say whose consultation it is, and where its recording lies. */
export interface PageRows {
  session: { id: string; provider_id: string | null; patient_id: string | null; status: string | null } | undefined;
  recording: { bucket: string; key: string } | undefined;
}

export interface PageDocuments {
  transcript: Transcript;
  entities: Entities;
  consultation: Consultation;
}

/**
 * Writes a consultation's page, with its recording beside it.
 * @param given the case that was uploaded: a recording of this machine is linked, not fetched
 */
export async function writePage(
  deployment: Deployment,
  { transcript, entities, consultation }: PageDocuments,
  { session, recording }: PageRows,
  { base, at }: Stored,
  folder: string,
  given?: Case,
): Promise<void> {
  const opened = openFiles(transcript, entities, consultation, {
    session: {
      sessionId: session?.id ?? null,
      providerId: session?.provider_id ?? null,
      patientId: session?.patient_id ?? null,
      status: session?.status ?? null,
    },
    storedAt: new Date(at).toISOString(),
  });
  const url = await layBeside(deployment, recording, folder, given?.recording);
  const isSilent = given !== undefined && given.recording === undefined;
  const audio = url === null ? null : { url, isSilent };
  await writeFile(join(folder, pageName), await toPage({ schema: 'medzen.page/1', opened, audio, base }));
}

/**
 * Takes away what an earlier run has left: its recording may be linked, and to write into a link is to write into what
 * somebody else keeps.
 */
export async function removePage(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name === pageName || ofAnyEnding.test(name));
  await Promise.all(left.map((name) => rm(join(folder, name))));
}

/** Puts the recording beside the page. @returns its address from there; null where there is no recording any more */
async function layBeside(
  { clients }: Deployment,
  row: PageRows['recording'],
  folder: string,
  recording: Case['recording'],
): Promise<string | null> {
  const name = `${beside}${safeEnding(recording?.fileName ?? row?.key ?? '')}`;
  const path = join(folder, name);
  if (recording && 'path' in recording.bytes) await linkOrCopy(resolve(recording.bytes.path), path);
  else if (recording) await writeFile(path, recording.bytes as Uint8Array);
  else {
    const body = row && (await fetchObject(clients.s3, row.bucket, row.key));
    if (!body) return null;
    await pipeline(body, createWriteStream(path));
  }
  return name;
}

/** A link costs nothing, but reaches no other disk. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  await link(from, to).catch(() => copyFile(from, to));
}

/** ".mp4" of a key or a file name, and nothing that means something in an address. */
const safeEnding = (name: string) => /^\.\w{1,5}$/.exec(extname(name))?.[0].toLowerCase() ?? '';

async function fetchObject(
  s3: Deployment['clients']['s3'],
  Bucket: string,
  Key: string,
): Promise<Readable | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Body as Readable | undefined;
  } catch (error) {
    if (isNamed(error, 'NoSuchKey')) return undefined;
    throw error;
  }
}
