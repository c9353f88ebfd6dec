import type { Seen } from './disturber.ts';
import type { Evidence } from './evidence.ts';
import { canary } from './meetings.ts';

/**
 * Transcripts are in S3 and in Postgres, and on their way to Comprehend Medical, messages in Postgres and at Chime; their
 * words are nowhere else.
 */
export function leaks({ logs, recordings, calls, messages, dead }: Evidence): string[] {
  const holds = (value: unknown) => JSON.stringify(value ?? '').includes(canary);
  const isData = ({ target, operation }: Seen) =>
    ['s3', 'supabase'].includes(target) || target.startsWith('ComprehendMedical') || operation === 'SendChannelMessage';
  return [
    ...logs.filter((line) => line.includes(canary)).map(() => 'a log line'),
    ...recordings.flatMap(({ recordingId, history }) => (holds(history) ? [`the history of ${recordingId}`] : [])),
    ...recordings.flatMap(({ recordingId, audit }) => (holds(audit) ? [`the audit of ${recordingId}`] : [])),
    ...recordings.flatMap(({ recordingId, row, session }) =>
      holds([row?.['error_message'], session?.['error_message']]) ? [`the error message of ${recordingId}`] : [],
    ),
    ...calls.filter((call) => !isData(call) && holds(call.input)).map(({ target }) => `a call of ${target}`),
    ...[...messages, ...dead].filter((body) => body.includes(canary)).map(() => 'a message of a queue'),
  ];
}
