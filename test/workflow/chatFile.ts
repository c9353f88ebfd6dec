import { createHash } from 'node:crypto';
import type { Person, Visit } from './meet.ts';

export interface Announced {
  messageId: string;
  upload: { method: string; url: string; headers: Record<string, string>; expiresAt: string };
}

interface Announcement {
  channelId: string;
  bytes: Uint8Array<ArrayBuffer>;
  name?: string;
  contentType?: string;
}

/** Somebody's app announces a file. */
export function announce(
  visit: Visit,
  person: Person,
  { channelId, bytes, name = 'Befund Müller.pdf', contentType = 'application/pdf' }: Announcement,
): Promise<Announced> {
  const checksum = createHash('sha256').update(bytes).digest('base64');
  const file = { name, contentType, size: bytes.length, checksum };
  return visit.ask<Announced>(person, { action: 'attach', channelId, ...file }, '/messaging');
}

/** It puts a file where it was told to. */
export function put({ upload }: Announced, bytes: Uint8Array<ArrayBuffer>, headers = {}): Promise<Response> {
  return fetch(upload.url, { method: upload.method, headers: { ...upload.headers, ...headers }, body: bytes });
}
