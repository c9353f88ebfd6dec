/**
 * What the contracts name and what does not answer yet. Nothing is expected of these but that they are not there, so
 * that whatever begins to answer fails here until it leaves the list. In the end the list is empty, and goes.
 */
export const coming: ReadonlySet<string> = new Set([
  'chime-recording-callback',
  'chime-transcription-callback',
  'chime-entity-extraction',
  'GET /health',
  'attach',
  'attachmentLink',
  'system messages',
]);
