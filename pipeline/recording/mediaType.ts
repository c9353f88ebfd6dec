/** By the ending of a recording's name; the containers that a job takes. */
const types = new Map(
  Object.entries({
    amr: 'audio/amr',
    flac: 'audio/flac',
    m4a: 'audio/mp4',
    mp3: 'audio/mpeg',
    mp4: 'video/mp4',
    ogg: 'audio/ogg',
    wav: 'audio/wav',
    webm: 'video/webm',
  }),
);

/**
 * The type under which a recording is shown to a browser: the one that is given if it is one of sound or pictures, else
 * that of the key's ending. It is never one of a page: who uploaded the object has chosen its name and its type.
 */
export function mediaTypeOf(key: string, given?: string | null): string {
  if (given && /^(?:audio|video)\/[\w.+-]+$/.test(given)) return given;
  const [, ending = ''] = /\.(\w+)$/.exec(key) ?? [];
  return types.get(ending.toLowerCase()) ?? 'application/octet-stream';
}
