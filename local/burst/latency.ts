/** How long a call of each service takes, in milliseconds: assumed, not measured. */
export const latency: Readonly<Record<string, number>> = {
  S3: 30,
  DynamoDB: 8,
  'Step Functions': 20,
  Transcribe: 80,
  'Comprehend Medical': 400,
  Supabase: 25,
};

/** What a warm function takes besides its calls. */
export const overheadMs = 20;
