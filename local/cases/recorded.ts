/**
 * The bucket that keeps a case's answers for the stand-ins of Transcribe and Comprehend Medical. Only the embedded
 * stack has it. `replay` writes to it over S3 as to any other bucket, so it can run in another process than the stack.
 */
export const casesBucket = 'medzen-local-cases';

/** The key of the job result for the recording at this key. */
export function jobKey(bucket: string, key: string): string {
  return `${bucket}/${key}/job.json`;
}

/** The key of the answers to texts of the recording at this key. */
export function answersKey(bucket: string, key: string): string {
  return `${bucket}/${key}/answers.json`;
}

export const isAnswersKey = (key: string) => key.endsWith('/answers.json');
