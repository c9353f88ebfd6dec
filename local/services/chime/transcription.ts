import type { Clock } from '../clock.ts';
import { type JsonObject, ServiceError } from '../jsonService.ts';
import type { Events, TranscriptionEventType } from './events.ts';
import type { Meeting } from './meeting.ts';
import type { MeetingStore } from './meetingStore.ts';
import type { Unverified } from './settings.ts';
import { regionFor, type TranscriptionConfiguration, whyItFails } from './transcriptionConfiguration.ts';

export interface TranscriptionOptions {
  clock: Clock;
  store: MeetingStore;
  events: Events;
  assumed: Unverified;
}

/** Live transcription of meetings: that it runs, where and how. Nobody listens, and no text is made. */
export interface LiveTranscription {
  /** A configuration that does not work is reported by an event. @throws ServiceError UnprocessableEntityException */
  start(meeting: Meeting, configuration: TranscriptionConfiguration): void;
  /** Stopping what does not run changes nothing. */
  stop(meeting: Meeting, at?: number): void;
}

export function createTranscription({ clock, store, events, assumed }: TranscriptionOptions): LiveTranscription {
  const report = (type: TranscriptionEventType, meeting: Meeting, region: string, how: string, more: JsonObject = {}) =>
    events.ofTranscription(type, meeting, { transcriptionRegion: region, transcriptionConfiguration: how, ...more });

  function stop(meeting: Meeting, at = clock.now()): void {
    const running = runningIn(meeting);
    if (!running) return;
    running.to = at;
    store.save();
    report('TranscriptionStopped', meeting, running.region, running.configuration);
  }

  return {
    start(meeting, configuration) {
      if (runningIn(meeting) && assumed.secondTranscription === 'refused') {
        throw new ServiceError('UnprocessableEntityException', 'Transcription has already started', 422);
      }
      stop(meeting);
      const how = JSON.stringify(configuration);
      const { MediaRegion } = meeting.request;
      const region = regionFor(configuration, MediaRegion);
      const why = region === undefined ? 'The engine is not available in the region' : whyItFails(configuration);
      if (region === undefined || why !== undefined) {
        report('TranscriptionFailed', meeting, region ?? MediaRegion, how, { message: why });
        return;
      }
      (meeting.transcriptions ??= []).push({ from: clock.now(), region, configuration: how });
      store.save();
      report('TranscriptionStarted', meeting, region, how);
    },
    stop,
  };
}

function runningIn({ transcriptions = [] }: Meeting) {
  return transcriptions.find(({ to }) => to === undefined);
}
