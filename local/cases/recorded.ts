/**
 * Where a case keeps what the stand-ins of Transcribe and Comprehend Medical answer: a bucket that only the embedded
 * stack has. `replay` writes to it over S3 like to any other, so it can run in another process than the stack.
 */
export const casesBucket = 'medzen-local-cases';

/** The job result that the recording at this key will be given. */
export function jobKey(bucket: string, key: string): string {
  return `${bucket}/${key}/job.json`;
}

/** The answers that texts of this recording will be given. */
export function answersKey(bucket: string, key: string): string {
  return `${bucket}/${key}/answers.json`;
}

export const isAnswersKey = (key: string) => key.endsWith('/answers.json');
