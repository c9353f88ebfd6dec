import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
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
  #meetings = new Map<string, Meeting>();

  constructor(clock: Clock, dataDir?: string) {
    this.#clock = clock;
    if (dataDir === undefined) return;
    mkdirSync(dataDir, { recursive: true });
    this.#file = join(dataDir, 'chime.json');
    this.#load(this.#file);
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

  /** Keeps what was changed. On return it is on the disk, whole: a reader finds the old file or the new one. */
  save(): void {
    if (this.#file === undefined) return;
    const kept: MeetingFile = { schema: SCHEMA, meetings: this.all() };
    writeFileSync(`${this.#file}.new`, JSON.stringify(kept));
    renameSync(`${this.#file}.new`, this.#file);
  }

  #load(file: string): void {
    const text = readIfThere(file);
    if (text === undefined) return;
    const kept = JSON.parse(text) as MeetingFile;
    if (kept.schema !== SCHEMA) throw new Error(`${file} is not a ${SCHEMA} file`);
    this.#meetings = new Map(kept.meetings.map((meeting) => [meeting.id, meeting]));
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
