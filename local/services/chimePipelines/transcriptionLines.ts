import type { Meeting } from '../chime/meeting.ts';
import type { Capture } from './pipeline.ts';

/**
 * What a capture has of live transcription: that it began and ended. Nobody listens here, so there are no words. Empty
 * when none ran while it captured.
 */
export function transcriptionLines(
  { stretches }: Pick<Capture, 'stretches'>,
  { transcriptions = [] }: Meeting,
): string {
  const begin = stretches[0]?.from ?? Infinity;
  const end = stretches.at(-1)?.to ?? Infinity;
  return transcriptions
    .filter(({ from, to = Infinity }) => from < end && to > begin)
    .flatMap(({ from, to, region, configuration }) => {
      const status = (type: string, eventTimeMs: number) => ({
        status: { type, eventTimeMs, transcriptionRegion: region, transcriptionConfiguration: configuration },
      });
      return [status('started', from), ...(to === undefined || to > end ? [] : [status('stopped', to)])];
    })
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}
