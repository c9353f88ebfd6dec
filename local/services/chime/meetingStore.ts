import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { keep, readKept } from '../snapshot.ts';
import type { Meeting } from './meeting.ts';

/** How long an ended meeting is remembered: for its token, and for those who look at what was. */
const KEPT_MS = 7 * 24 * 3600 * 1000;
const SCHEMA = 'chime-meetings/1';

interface MeetingFile {
  schema: string;
  meetings: Meeting[];
}

/** The account's meetings in all regions, in `dataDir` across restarts when one is given. */
export class MeetingStore {
  readonly #clock: Clock;
  readonly #file: string | undefined;
  readonly #meetings = new Map<string, Meeting>();

  constructor(clock: Clock, dataDir?: string) {
    this.#clock = clock;
    if (dataDir === undefined) return;
    this.#file = join(dataDir, 'chime.json');
    const kept = readKept<MeetingFile>(this.#file, SCHEMA);
    for (const meeting of kept?.meetings ?? []) this.#meetings.set(meeting.id, meeting);
  }

  find(id: string): Meeting | undefined {
    return this.#meetings.get(id.toLowerCase());
  }

  /** The newest meeting that was made with a token, in a region of which each has its own. */
  byToken(region: string, token: string): Meeting | undefined {
    return [...this.#meetings.values()].findLast(
      (meeting) => meeting.region === region && meeting.request.ClientRequestToken === token,
    );
  }

  /** Oldest first. */
  all(): Meeting[] {
    return [...this.#meetings.values()];
  }

  active(): Meeting[] {
    return this.all().filter(({ endedAt }) => endedAt === undefined);
  }

  add(meeting: Meeting): void {
    const oldest = this.#clock.now() - KEPT_MS;
    for (const [key, { endedAt = Infinity }] of this.#meetings) if (endedAt < oldest) this.#meetings.delete(key);
    this.#meetings.set(meeting.id, meeting);
    this.save();
  }

  /** Keeps what was changed. On return it is on the disk. */
  save(): void {
    if (this.#file !== undefined) keep<MeetingFile>(this.#file, { schema: SCHEMA, meetings: this.all() });
  }
}
