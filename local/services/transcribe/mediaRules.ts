import type { Job } from './job.ts';
import type { MediaFacts } from './mediaFacts.ts';
import { arabicNeeds16kHz } from './regions.ts';

export const MAX_MEDIA_BYTES = 2 * 1024 ** 3;
export const MAX_DURATION_MS = 4 * 3600 * 1000;
export const MIN_DURATION_MS = 500;
const MAX_SAMPLE_RATE = 48_000;
const MAX_CHANNELS = 2;

/** The failure reasons that the service documents. No code matches on them: callers show them and never try again. */
export const reasons = {
  format: 'Unsupported media format',
  otherFormat: 'The media format provided does not match the detected media format',
  sampleRate: 'Invalid sample rate for audio file',
  otherSampleRate: 'The sample rate provided does not match the detected sample rate',
  size: 'Invalid file size: file size too large',
  channels: 'Invalid number of channels: number of channels too large',
};

/** Why the service would not transcribe this media in this job; undefined when it would. */
export function refusal(job: Pick<Job, 'kind' | 'region' | 'request'>, media: MediaFacts): string | undefined {
  const { MediaFormat, MediaSampleRateHertz, Settings } = job.request;
  if (MediaFormat !== undefined && !namesFormat(MediaFormat, media)) return reasons.otherFormat;
  if (media.sampleRateHertz < minSampleRate(job) || media.sampleRateHertz > MAX_SAMPLE_RATE) return reasons.sampleRate;
  if (MediaSampleRateHertz !== undefined && MediaSampleRateHertz !== media.sampleRateHertz)
    return reasons.otherSampleRate;
  if (Settings?.ChannelIdentification && media.channels > MAX_CHANNELS) return reasons.channels;
  if (media.durationMs > MAX_DURATION_MS) return `Invalid media duration: ${media.durationMs} ms is more than 4 hours`;
  if (media.durationMs < MIN_DURATION_MS) return `Invalid media duration: ${media.durationMs} ms is less than 500 ms`;
  return undefined;
}

/** M4A is MP4 with sound only. */
function namesFormat(format: string, media: MediaFacts): boolean {
  return format === media.format || (format === 'm4a' && media.format === 'mp4' && !media.hasVideo);
}

function minSampleRate({ kind, region, request }: Pick<Job, 'kind' | 'region' | 'request'>): number {
  const arabic = request.LanguageCode === 'ar-SA' && arabicNeeds16kHz.includes(region);
  return kind === 'medical' || arabic ? 16_000 : 8_000;
}
