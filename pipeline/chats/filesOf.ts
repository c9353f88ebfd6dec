import type { ChatPorts, Files } from '../chatPorts.ts';
import { Refusal } from '../refusals.ts';

/** The bucket of the files. @throws Refusal FilesNotHere, which says where to ask instead */
export function filesOf({ files, config: { apiUrl } }: Pick<ChatPorts, 'files' | 'config'>): Files {
  if (files !== undefined) return files;
  if (apiUrl === undefined) throw new Refusal('FilesNotHere');
  throw new Refusal('FilesNotHere', `Files are sent and read through the HTTP API: POST ${apiUrl}/messaging.`);
}
