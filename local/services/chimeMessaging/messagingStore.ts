import { join } from 'node:path';
import { keep, readKept } from '../snapshot.ts';
import { type AppInstance, type Channel, instanceIn } from './channel.ts';

const SCHEMA = 'chime-messaging/1';

interface MessagingFile {
  schema: string;
  instances: AppInstance[];
}

/** The account's app instances in all regions, in `dataDir` across restarts when one is given. */
export class MessagingStore {
  readonly #file: string | undefined;
  readonly #instances: AppInstance[];

  constructor(dataDir?: string) {
    this.#file = dataDir === undefined ? undefined : join(dataDir, 'messaging.json');
    const kept = this.#file === undefined ? undefined : readKept<MessagingFile>(this.#file, SCHEMA);
    this.#instances = kept?.instances ?? [];
  }

  instance(arn: string): AppInstance | undefined {
    return this.#instances.find((instance) => instance.arn === arn);
  }

  channel(arn: string): Channel | undefined {
    return this.instance(instanceIn(arn))?.channels.find((channel) => channel.arn === arn);
  }

  add(instance: AppInstance): void {
    this.#instances.push(instance);
    this.save();
  }

  /** Keeps what was changed. On return it is on the disk. */
  save(): void {
    if (this.#file !== undefined) keep<MessagingFile>(this.#file, { schema: SCHEMA, instances: this.#instances });
  }
}
