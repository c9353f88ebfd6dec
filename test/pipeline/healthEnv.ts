import { callEnv } from './memoryCall.ts';
import { testEnv } from './memoryPorts.ts';

/** The environment of the function `health`. */
export const healthEnv = {
  ...testEnv,
  ...callEnv,
  STATE_MACHINE_ARN: 'arn:aws:states:eu-west-1:111122223333:stateMachine:transcription',
  SUPABASE_ANON_KEY: 'sb_publishable_key',
} as const;
