import type { Clock } from '../clock.ts';
import { NotImplemented, ServiceError } from '../jsonService.ts';
import { type Machine, parseDefinition } from './definition.ts';
import type { Store } from './store.ts';

/** A definition and what came with it, as executions run it. */
export interface Revision {
  name: string;
  stateMachineArn: string;
  definition: string;
  roleArn: string;
}

export interface MachineRecord {
  revision: Revision;
  /** Milliseconds since the epoch. */
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

  /** As in the service, a repeat with the same definition gets the same answer. */
  async create(revision: Revision): Promise<MachineRecord> {
    this.machineOf(revision);
    const arn = revision.stateMachineArn;
    const there = this.#records.get(arn);
    if (there?.revision.definition === revision.definition) return there;
    if (there) throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
    const record = { revision, createdAt: this.#clock.now() };
    this.#records.set(arn, record);
    await this.#store.save(arn, record);
    return record;
  }

  /** The machine of a revision, ready to run. Throws what parseDefinition throws. */
  machineOf({ definition }: Pick<Revision, 'definition'>): Machine {
    const machine = this.#parsed.get(definition) ?? parseDefinition(definition);
    this.#parsed.set(definition, machine);
    return machine;
  }
}
