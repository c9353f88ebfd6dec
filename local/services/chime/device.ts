import { allows, type Direction, type Medium } from './capabilities.ts';
import type { Attendee, Meeting, Presence } from './meeting.ts';

/** Why a client's session has ended, as the client SDKs number it. */
export const statusCodes = {
  /** The person has left. */
  left: 1,
  joinedFromAnotherDevice: 2,
  /** The join token is nobody's. */
  tokenRejected: 3,
  meetingEnded: 5,
  /** The join token is that of a deleted attendee. */
  signalingBadRequest: 11,
  attendeeRemoved: 22,
} as const;

/** A client cannot join, or not go on: as its SDK tells it. */
export class SessionEnded extends Error {
  override readonly name = 'SessionEnded';
  readonly status: number;

  constructor(status: number) {
    const [what = 'unknown'] = Object.entries(statusCodes).find(([, code]) => code === status) ?? [];
    super(`the session has ended with status ${status} (${what})`);
    this.status = status;
  }
}

/**
 * Whether the network carries it: `lost` is without a network and the service has not noticed, `dropped` is noticed.
 */
export type DeviceState = 'online' | 'lost' | 'dropped' | 'ended';

export interface DeviceHooks {
  leave: (device: Device) => void;
  drop: (device: Device) => void;
  reconnect: (device: Device) => void;
}

/** A phone, tablet or browser in a meeting. */
export class Device {
  readonly meeting: Meeting;
  readonly attendee: Attendee;
  state: DeviceState = 'online';
  /** The status that its session ended with; undefined while it lasts. */
  status: number | undefined;
  /** Resolves with the status when the session ends. One without a network hears of it when it tries to reconnect. */
  readonly ended: Promise<number>;
  /** The present or last connection. */
  presence: Presence;
  readonly #hooks: DeviceHooks;
  readonly #tell: (status: number) => void;
  /** The status that it will hear of once it has a network. */
  #fate: number | undefined;

  constructor(meeting: Meeting, attendee: Attendee, presence: Presence, hooks: DeviceHooks) {
    this.meeting = meeting;
    this.attendee = attendee;
    this.presence = presence;
    this.#hooks = hooks;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    this.#tell = resolve;
  }

  /** Whether the attendee's present capabilities let this device send or receive something now. */
  can(medium: Medium, direction: Direction): boolean {
    return this.state === 'online' && allows(this.attendee.capabilities, medium, direction);
  }

  /** Hangs up. */
  leave(): void {
    this.#hooks.leave(this);
    this.#conclude(statusCodes.left);
  }

  /** The network is gone. The service notices after a while. */
  drop(): void {
    if (this.state === 'online') this.#hooks.drop(this);
  }

  /**
   * The network is back, with the same join token; a device that had one all the time has changed it.
   * @throws SessionEnded when there is nothing to come back to
   */
  reconnect(): void {
    if (this.#fate !== undefined) this.#conclude(this.#fate);
    if (this.status !== undefined) throw new SessionEnded(this.status);
    this.#hooks.reconnect(this);
  }

  /** Ends the session from the other side. */
  throwOut(status: number): void {
    if (this.state !== 'online') {
      this.#fate ??= status;
      return;
    }
    this.state = 'ended';
    this.#conclude(status);
  }

  #conclude(status: number): void {
    if (this.status !== undefined) return;
    this.status = status;
    this.#tell(status);
  }
}
