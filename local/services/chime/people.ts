import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { capabilitiesFor } from './capabilities.ts';
import { Device, type DeviceHooks, SessionEnded, statusCodes } from './device.ts';
import type { Events } from './events.ts';
import { type Attendee, attendeesOf, isSameUser, type Meeting, type Presence } from './meeting.ts';
import type { MeetingStore } from './meetingStore.ts';
import { reserved } from './requests.ts';
import type { Unverified } from './settings.ts';

export interface PeopleOptions {
  clock: Clock;
  store: MeetingStore;
  events: Events;
  assumed: Unverified;
  /** Aborts when the stand-in closes. */
  closing: AbortSignal;
  /** The connections of a meeting have changed. */
  changed: (meeting: Meeting) => void;
  onBroken: (error: unknown) => void;
}

/** The side of the service that no AWS client sees: who is connected, and with what. */
export class People {
  readonly #options: PeopleOptions;
  readonly #devices = new Set<Device>();
  readonly #hooks: DeviceHooks = {
    leave: (device) => this.#leave(device),
    drop: (device) => this.#drop(device),
    reconnect: (device) => this.#reconnect(device),
  };

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /**
   * Joins a meeting, as a client does that was given the meeting and its attendee. Another device of the same person ends.
   * @throws SessionEnded with the status that the client gets
   */
  join(meetingId: string, joinToken: string): Device {
    const { store, changed } = this.#options;
    const meeting = store.find(meetingId);
    const attendee = meeting?.attendees.find((one) => one.joinToken === joinToken);
    if (meeting?.endedAt !== undefined) throw new SessionEnded(statusCodes.meetingEnded);
    if (!meeting || !attendee) throw new SessionEnded(statusCodes.tokenRejected);
    if (attendee.deletedAt !== undefined) throw new SessionEnded(statusCodes.signalingBadRequest);
    const others = this.#of(meeting).filter((one) => isSameUser(one.attendee.externalUserId, attendee.externalUserId));
    const device = this.#enter(meeting, attendee);
    this.#reportJoin(device, this.#takeOver(others));
    changed(meeting);
    return device;
  }

  /** The attendee that a media pipeline adds to a meeting for itself. It stays until it leaves or the meeting ends. */
  joinPipeline(meetingId: string, pipelineId: string = randomUUID()): Device {
    const { store, changed } = this.#options;
    const meeting = store.find(meetingId);
    if (!meeting || meeting.endedAt !== undefined) throw new SessionEnded(statusCodes.meetingEnded);
    const attendee = this.#pipelineIn(meeting, `aws:MediaPipeline-${pipelineId}`);
    const device = this.#enter(meeting, attendee);
    this.#reportJoin(device, []);
    changed(meeting);
    return device;
  }

  /** Who is in a meeting now, as they see it themselves. */
  present(meetingId: string): Attendee[] {
    return [...this.#devices]
      .filter(({ meeting, state }) => meeting.id === meetingId && state === 'online')
      .map(({ attendee }) => attendee);
  }

  /** Whether the service counts somebody as connected with audio, also one whose network is gone without its notice. */
  hasAudio(meeting: Meeting): boolean {
    const { pipelinesKeepAlive } = this.#options.assumed;
    return this.#connected(meeting).some(
      ({ attendee }) => pipelinesKeepAlive || !reserved.test(attendee.externalUserId),
    );
  }

  /** Ends all sessions of a meeting. */
  throwOut(meeting: Meeting, at: number): void {
    for (const device of this.#of(meeting)) this.#remove(device, statusCodes.meetingEnded, at);
  }

  /** Ends the sessions of an attendee who is deleted. */
  remove(meeting: Meeting, attendee: Attendee): void {
    const { clock, assumed, changed } = this.#options;
    const own = this.#of(meeting).filter((device) => device.attendee === attendee);
    for (const device of own) this.#remove(device, assumed.removedStatus, clock.now());
    changed(meeting);
  }

  /** Whoever was connected to the process before this one is not any more. */
  resume(meeting: Meeting): void {
    const { clock, events } = this.#options;
    for (const presence of meeting.presences.filter(({ to }) => to === undefined)) {
      presence.to = clock.now();
      const attendee = attendeesOf(meeting).find(({ id }) => id === presence.attendeeId);
      if (attendee) events.ofAttendee('AttendeeDropped', meeting, attendee);
    }
  }

  /** Its attendee, which it has made before if it was there before. */
  #pipelineIn(meeting: Meeting, externalUserId: string): Attendee {
    const before = attendeesOf(meeting).find((one) => one.externalUserId === externalUserId);
    if (before) return before;
    const joinToken = randomBytes(96).toString('base64');
    const capabilities = capabilitiesFor(meeting.request.MeetingFeatures, undefined);
    const attendee: Attendee = { id: randomUUID(), externalUserId, joinToken, capabilities };
    meeting.attendees.push(attendee);
    this.#options.events.ofAttendee('AttendeeAdded', meeting, attendee);
    return attendee;
  }

  #of(meeting: Meeting): Device[] {
    return [...this.#devices].filter((device) => device.meeting === meeting);
  }

  /** Those that the service takes for connected. */
  #connected(meeting: Meeting): Device[] {
    return this.#of(meeting).filter(({ state }) => state === 'online' || state === 'lost');
  }

  #enter(meeting: Meeting, attendee: Attendee): Device {
    const device = new Device(meeting, attendee, this.#begin(meeting, attendee), this.#hooks);
    this.#devices.add(device);
    return device;
  }

  #begin(meeting: Meeting, attendee: Attendee): Presence {
    const { id: attendeeId, externalUserId } = attendee;
    const presence: Presence = { attendeeId, externalUserId, from: this.#options.clock.now() };
    meeting.presences.push(presence);
    return presence;
  }

  /** Ends the other devices of a person who has joined, and tells which of them were connected. */
  #takeOver(others: readonly Device[]): Device[] {
    const connected = others.filter(({ state }) => state !== 'dropped');
    for (const device of others) {
      device.presence.to ??= this.#options.clock.now();
      device.throwOut(statusCodes.joinedFromAnotherDevice);
      this.#devices.delete(device);
    }
    return connected;
  }

  #reportJoin({ meeting, attendee }: Device, replaced: readonly Device[]): void {
    const { events, assumed } = this.#options;
    const joined = () => events.ofAttendee('AttendeeJoined', meeting, attendee);
    const isHandover = replaced.some((device) => device.attendee === attendee);
    if (isHandover || assumed.authorized === 'every') events.ofAttendee('AttendeeAuthorized', meeting, attendee);
    const left = () => {
      for (const device of replaced) events.ofAttendee('AttendeeLeft', meeting, device.attendee);
    };
    // Another attendee of the same person leaves like anybody else.
    const order = isHandover ? assumed.handover : 'left-joined';
    if (order === 'left-joined') left();
    if (order !== 'nothing') joined();
    if (order === 'joined-left') left();
  }

  #leave(device: Device): void {
    const { events, changed, clock } = this.#options;
    // A device without a network says goodbye to nobody: the service finds out.
    if (device.state === 'lost') return;
    this.#devices.delete(device);
    const wasOnline = device.state === 'online';
    device.state = 'ended';
    if (!wasOnline) return;
    device.presence.to = clock.now();
    events.ofAttendee('AttendeeLeft', device.meeting, device.attendee);
    changed(device.meeting);
  }

  #drop(device: Device): void {
    const { clock, assumed, closing, onBroken } = this.#options;
    device.state = 'lost';
    const { presence } = device;
    presence.to = clock.now();
    clock.sleep(assumed.dropMs, closing).then(
      () => this.#notice(device, presence),
      (error: unknown) => closing.aborted || onBroken(error),
    );
  }

  /** Nothing was heard of a device since this connection of it. */
  #notice(device: Device, presence: Presence): void {
    const { events, changed } = this.#options;
    if (!this.#devices.has(device) || device.presence !== presence) return;
    device.state = 'dropped';
    events.ofAttendee('AttendeeDropped', device.meeting, device.attendee);
    changed(device.meeting);
  }

  #reconnect(device: Device): void {
    const { events, changed, clock } = this.#options;
    const { state, meeting, attendee } = device;
    if (state === 'online') {
      // Another network: the old connection ends as the new one begins.
      device.presence.to = clock.now();
      events.ofAttendee('AttendeeDropped', meeting, attendee);
    }
    device.presence = this.#begin(meeting, attendee);
    device.state = 'online';
    if (state !== 'lost') events.ofAttendee('AttendeeJoined', meeting, attendee);
    changed(meeting);
  }

  #remove(device: Device, status: number, at: number): void {
    const { events, assumed } = this.#options;
    const { state, meeting, attendee } = device;
    device.presence.to ??= at;
    this.#devices.delete(device);
    device.throwOut(status);
    if (state === 'dropped') return;
    if (assumed.thrownOut === 'left') events.ofAttendee('AttendeeLeft', meeting, attendee);
    if (assumed.thrownOut === 'dropped') events.ofAttendee('AttendeeDropped', meeting, attendee);
  }
}
