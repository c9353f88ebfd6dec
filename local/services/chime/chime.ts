import type { Clock } from '../clock.ts';
import type { BusEvent } from '../eventBridge/rule.ts';
import { ServiceError } from '../jsonService.ts';
import type { ScopedService } from '../scopedService.ts';
import { TokenBuckets } from '../tokenBucket.ts';
import { chimeService } from './chimeService.ts';
import { createEvents, type Delivery } from './events.ts';
import { createLife, type Life } from './life.ts';
import type { Meeting } from './meeting.ts';
import { MeetingStore } from './meetingStore.ts';
import { operationsOf } from './operations.ts';
import { People } from './people.ts';
import { withMeetingsApi } from './regions.ts';
import { requests } from './requests.ts';
import { readRoute } from './routes.ts';
import { assumed, type ChimeLimits, documentedLimits, type Unverified } from './settings.ts';
import { createTranscription } from './transcription.ts';

/** What a stack may choose about its stand-in. */
export interface ChimeSettings {
  /** Replaces quotas one by one, or takes all of them away. */
  limits?: Partial<ChimeLimits> | 'off';
  /** Replaces guesses one by one. */
  assumed?: Partial<Unverified>;
  /** The regions that have the API. */
  controlRegions?: readonly string[];
  /** What becomes of events on their way to the bus; by default all arrive at once and in order. */
  delivery?: Delivery;
  /** Refuses single attendees of a batch, which is answered with 201 all the same. */
  refuseAttendee?: (externalUserId: string) => ServiceError | undefined;
}

export interface ChimeOptions extends ChimeSettings {
  clock: Clock;
  accountId: string;
  /** Takes each event; its region is the meeting's control region. */
  put: (event: BusEvent) => Promise<void> | void;
  /** Keeps the meetings across restarts, in `chime.json` of this folder. */
  dataDir?: string;
  /** Gets what the stand-in itself failed with, such as an event that was not delivered; by default it is printed. */
  onBroken?: (error: unknown) => void;
}

export interface Chime {
  service: ScopedService;
  /** The phones' side. */
  people: People;
  /** The guesses that it works by. They may be changed at any time. */
  assumed: Unverified;
  /** Every meeting that is or was, oldest first, with who was connected when: the truth that events may miss. */
  meetings: () => readonly Meeting[];
  /** Goes on with the meetings of the process before this one. Nobody is connected to them any more. */
  resume: () => void;
  close: () => void;
}

/**
 * The Amazon Chime SDK's meetings without their media: the API in all its control regions, the people who join, and the
 * events. Nothing is heard or seen in them.
 */
export function createChime(options: ChimeOptions): Chime {
  const { clock, accountId, put, limits = {}, onBroken = console.error } = options;
  const { delivery = () => [0], controlRegions = withMeetingsApi, refuseAttendee = () => undefined } = options;
  const quotas = limits === 'off' ? undefined : { ...documentedLimits, ...limits };
  const guesses = { ...assumed, ...options.assumed };
  const store = new MeetingStore(clock, options.dataDir);
  const closing = new AbortController();
  const events = createEvents({ clock, accountId, put, delivery, closing: closing.signal, onBroken });
  const attendees = quotas?.attendees ?? Infinity;
  const common = { clock, store, events, onBroken };
  const people: People = new People({
    ...common,
    assumed: guesses,
    closing: closing.signal,
    changed: (meeting) => life.look(meeting),
  });
  const transcription = createTranscription({ ...common, assumed: guesses });
  const life: Life = createLife({
    ...common,
    hasAudio: (meeting) => people.hasAudio(meeting),
    throwOut(meeting, at) {
      transcription.stop(meeting, at);
      people.throwOut(meeting, at);
    },
  });
  const handlers = operationsOf({
    ...common,
    accountId,
    life,
    people,
    transcription,
    assumed: guesses,
    meetings: quotas?.meetings ?? Infinity,
    attendees,
    refuseAttendee,
  });
  const buckets = new TokenBuckets(clock);

  return {
    service: chimeService({
      title: 'Amazon Chime SDK meetings',
      regions: controlRegions,
      readRoute,
      requests,
      handlers,
      admit(operation, region) {
        if (!quotas) return;
        const key = quotas.ratePer === 'region' ? region : `${region} ${operation}`;
        if (!buckets.take(key, quotas)) throw new ServiceError('ThrottlingException', 'Rate exceeded', 429);
      },
    }),
    people,
    assumed: guesses,
    meetings: () => store.all(),
    resume() {
      for (const meeting of store.active()) {
        people.resume(meeting);
        life.look(meeting);
      }
    },
    close() {
      closing.abort();
      life.close();
    },
  };
}
