import type { Call, Reply } from './call.ts';
import type { Store } from './store.ts';

/** The store and the region that every operation works on. */
export interface Context {
  store: Store;
  region: string;
}

/** One operation of the API. It throws S3Error for an error that the client gets to see. */
export type Operation = (context: Context, call: Call) => Promise<Reply> | Reply;
