import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { type Json, type JsonObject, NotImplemented, ServiceError } from '../jsonService.ts';
import { type Machine, parseDefinition } from './definition.ts';
import type { Store } from './store.ts';

/** A definition and the settings that came with it, as executions run them. */
export interface Revision {
  name: string;
  stateMachineArn: string;
  definition: string;
  roleArn: string;
  revisionId: string;
  /** Milliseconds since the epoch. */
  updatedAt: number;
  settings: JsonObject;
}

export interface MachineRecord {
  revision: Revision;
  createdAt: number;
}

/** The state machines of the account. */
export class Machines {
  readonly #clock: Clock;
  readonly #store: Store<MachineRecord>;
  readonly #records = new Map<string, MachineRecord>();
  readonly #parsed = new Map<string, Machine>();

  constructor(clock: Clock, store: Store<MachineRecord>) {
    this.#clock = clock;
    this.#store = store;
    const saved = store.load().sort((a, b) => a.createdAt - b.createdAt);
    for (const record of saved) this.#records.set(record.revision.stateMachineArn, record);
  }

  /** Throws StateMachineDoesNotExist, and NotImplemented for a version or an alias. */
  get(arn: string): MachineRecord {
    if (arn.split(':').length > 7) throw new NotImplemented(`the version or alias ${arn}`);
    const record = this.#records.get(arn);
    if (record) return record;
    throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  /** As in the service, a repeat with the same definition and settings gets the same answer. */
  async create(wanted: Pick<Revision, 'name' | 'stateMachineArn' | 'definition' | 'roleArn' | 'settings'>) {
    this.machineOf(wanted);
    const arn = wanted.stateMachineArn;
    const there = this.#records.get(arn);
    if (there) {
      const same = there.revision.definition === wanted.definition && equal(there.revision.settings, wanted.settings);
      if (same) return there;
      throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    }
    const now = this.#clock.now();
    const revision: Revision = { ...wanted, revisionId: randomUUID(), updatedAt: now };
    return this.#put({ revision, createdAt: now });
  }

  /** The machine of a revision, ready to run. Throws what parseDefinition throws. */
  machineOf({ definition }: Pick<Revision, 'definition'>): Machine {
    const machine = this.#parsed.get(definition) ?? parseDefinition(definition);
    this.#parsed.set(definition, machine);
    return machine;
  }

  async #put(record: MachineRecord): Promise<MachineRecord> {
    this.#records.set(record.revision.stateMachineArn, record);
    await this.#store.save(record.revision.stateMachineArn, record);
    return record;
  }
}

function equal(a: Json, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
