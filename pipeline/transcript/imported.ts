import { isAbsent, isObject, refuseAt, type Unread } from './jobItems.ts';

/**
 * The mark on a result whose words another recognizer made, on an engineer's machine. The service never writes it:
 * `replay` does, and names the recognizer as the job.
 */
export interface Imported {
  /** Whether the labels are names that somebody wrote, or were heard by a recognizer, which may err. */
  speakers: 'named' | 'heard';
}

/** @throws PipelineError TranscriptShapeUnknown when the mark is no object */
export function readImported(mark: unknown): { imported?: Imported } {
  if (isAbsent(mark)) return {};
  if (!isObject(mark)) refuseAt('imported', mark);
  const { speakers }: Unread<'speakers'> = mark;
  return { imported: { speakers: speakers === 'named' ? 'named' : 'heard' } };
}
