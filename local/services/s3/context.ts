import type { Call, Reply } from './call.ts';
import type { Store } from './store.ts';

/** What every operation works on. */
export interface Context {
  store: Store;
  region: string;
}

/** One operation of the API. It throws S3Error for what goes wrong. */
export type Operation = (context: Context, call: Call) => Promise<Reply> | Reply;
