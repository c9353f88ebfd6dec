import { covers, type Interval } from './hearing.ts';
import { type Audio, SourceFault } from './source.ts';

/** Why nothing is heard. */
export type Silence =
  | 'noAudio'
  | 'noMedia'
  | 'network'
  | 'signedOut'
  | 'decode'
  | 'cannotSeek'
  | 'tooShort'
  | 'blocked';

export interface Playing {
  state: 'idle' | 'playing' | 'paused';
  atMs: number;
  rate: number;
  /** What is heard, where it is an evidence. */
  what: string | null;
  silence: Silence | null;
}

/** What the player needs of an `<audio>` element. */
export type Media = Pick<
  HTMLAudioElement,
  | 'src'
  | 'currentTime'
  | 'duration'
  | 'readyState'
  | 'seekable'
  | 'error'
  | 'playbackRate'
  | 'paused'
  | 'play'
  | 'pause'
  | 'load'
  | 'addEventListener'
>;

const rates = [0.5, 0.75, 1, 1.25, 1.5, 2];
const slow = 0.75;
/** Whoever paused to think goes on a little earlier. */
const resumeBackMs = 2_000;
/** A seek that lands farther away than this has not gone where it was told. */
const seekTolerance = 0.6;
const hasMetadata = 1;
const hasFutureData = 3;
/**
 * Chromium asks for a link that has expired again and again, for minutes and without an error: it may not see the refusal
 * of another origin. Whoever waits this long gets a fresh link; whoever waits for that one, too, is told.
 */
const patienceMs = { first: 3_000, fresh: 15_000 };
/** Nobody waits longer for the beginning of a recording, however slowly it comes. */
const longestMs = 60_000;

/** Why there is no address of the recording. */
const toSilence = (error: unknown): Silence =>
  error instanceof SourceFault && error.fault === 'signedOut' ? 'signedOut' : 'network';

/** Plays stretches of the recording, and only those that it can reach. It says why, when it cannot. */
export class Player {
  now: Playing = { state: 'idle', atMs: 0, rate: 1, what: null, silence: null };
  readonly #media: Media;
  readonly #link: () => Promise<Audio | null>;
  readonly #listeners = new Set<() => void>();
  #rest: Interval[] = [];
  /** Each command ends those before it. */
  #turn = 0;
  #url: string | undefined;
  /** An address that gave an error: asking for it again gives another, or none. */
  #lostUrl: string | undefined;
  /** Where it is, or is to be. */
  #wantedMs = 0;

  constructor(media: Media, link: () => Promise<Audio | null>) {
    this.#media = media;
    this.#link = link;
    media.addEventListener('timeupdate', () => this.tick());
    media.addEventListener('pause', () => this.#set({ state: this.now.state === 'idle' ? 'idle' : 'paused' }));
    media.addEventListener('ended', () => this.#end());
    media.addEventListener('error', () => this.#failed());
    media.addEventListener('waiting', () => this.#waitForMore());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Plays an evidence to its end and no further; the same one again is played more slowly. */
  async hear(what: string, intervals: readonly Interval[]): Promise<void> {
    const [first, ...rest] = intervals;
    if (!first) return;
    const isAgain = this.now.what === what;
    this.#set({ rate: isAgain ? slow : 1, what });
    this.#rest = [first, ...rest];
    await this.#from(first.startMs);
  }

  /** Plays on from a time, to the end of the recording. */
  async playFrom(ms: number): Promise<void> {
    this.#rest = [];
    this.#set({ what: null });
    await this.#from(ms);
  }

  async toggle(): Promise<void> {
    if (this.now.state === 'playing') return this.#media.pause();
    const { what, atMs, state } = this.now;
    if (what === null) this.#rest = [];
    const startMs = this.#rest[0]?.startMs ?? 0;
    await this.#from(Math.max(startMs, state === 'paused' ? atMs - resumeBackMs : atMs));
  }

  /** Five seconds on or back, to its end at most; the stretch that was to be heard is then no longer kept to. */
  async jump(seconds: number): Promise<void> {
    this.#rest = [];
    // NaN until it is known how long it is.
    const endMs = this.#media.duration * 1000 - 1 || Infinity;
    const to = Math.max(0, Math.min(endMs, this.now.atMs + seconds * 1000));
    this.#set({ what: null });
    if (this.now.state === 'playing') await this.#from(to);
    else if (await this.#seek(to, this.#take())) this.tick();
  }

  faster(by: 1 | -1): void {
    const at = rates.indexOf(this.now.rate);
    this.#set({ rate: rates[Math.min(rates.length - 1, Math.max(0, at + by))] ?? 1 });
    this.#media.playbackRate = this.now.rate;
  }

  /** Looks where it is, and stops at the end of the stretch. To be called often while it plays. */
  tick(): void {
    const { atMs } = this;
    if (this.now.state === 'playing' && this.#url !== undefined) this.#wantedMs = atMs;
    const [current, next] = this.#rest;
    if (this.now.state === 'playing' && current && atMs >= current.endMs) {
      this.#rest = this.#rest.slice(1);
      if (next) void this.#from(next.startMs);
      else {
        this.#media.pause();
        this.#set({ state: 'idle', atMs });
      }
      return;
    }
    if (Math.abs(atMs - this.now.atMs) >= 100) this.#set({ atMs });
  }

  get atMs(): number {
    return this.#media.currentTime * 1000;
  }

  async #from(ms: number): Promise<void> {
    const turn = this.#take();
    if (!(await this.#seek(ms, turn))) return;
    this.#media.playbackRate = this.now.rate;
    try {
      await this.#media.play();
      this.#lostUrl = undefined;
      if (turn === this.#turn) this.#set({ state: 'playing', atMs: this.atMs, silence: null });
    } catch {
      if (turn === this.#turn) this.#fail('blocked');
    }
  }

  /** @returns whether the recording stands there now */
  async #seek(ms: number, turn: number): Promise<boolean> {
    this.#wantedMs = ms;
    if (!(await this.#ready())) return false;
    if (turn !== this.#turn) return false;
    const second = ms / 1000;
    if (Number.isFinite(this.#media.duration) && second >= this.#media.duration) return this.#fail('tooShort');
    if (!covers(this.#media.seekable, second)) return this.#fail('cannotSeek');
    if (Math.abs(this.#media.currentTime - second) > 0.01) {
      const seeked = this.#once('seeked');
      this.#media.currentTime = second;
      if (!(await seeked)) return false;
    }
    if (turn !== this.#turn) return false;
    const isThere = Math.abs(this.#media.currentTime - second) <= seekTolerance;
    return isThere || this.#fail('cannotSeek');
  }

  async #ready(): Promise<boolean> {
    if (this.#url === undefined) {
      const audio = await this.#link().catch(toSilence);
      if (!audio) return this.#fail('noAudio');
      if (typeof audio === 'string') return this.#fail(audio);
      this.#url = audio.url;
      this.#media.src = audio.url;
    }
    if (this.#media.readyState >= hasMetadata) return true;
    const loaded = this.#once('loadedmetadata');
    this.#media.load();
    return loaded;
  }

  /**
   * Waits for an event, or for the error that comes in its place, or until it has waited for too long. A slow line is waited
   * for while it brings the beginning; one that brings bytes and never the place that was sought has no ranges.
   */
  #once(event: 'seeked' | 'loadedmetadata'): Promise<boolean> {
    const ended = new AbortController();
    const [begun, isBeginning] = [Date.now(), event === 'loadedmetadata'];
    let hasBytes = false;
    return new Promise((resolve) => {
      const end = (isThere: boolean) => {
        clearTimeout(timer);
        ended.abort();
        resolve(isThere);
      };
      const giveUp = () => {
        end(false);
        this.#lost(hasBytes && !isBeginning ? 'cannotSeek' : 'network');
      };
      let timer = setTimeout(giveUp, this.#patienceMs);
      const on = (name: string, listener: () => void) =>
        this.#media.addEventListener(name, listener, { signal: ended.signal });
      on(event, () => end(true));
      on('error', () => end(false));
      on('progress', () => {
        hasBytes = true;
        if (!isBeginning || Date.now() - begun > longestMs) return;
        clearTimeout(timer);
        timer = setTimeout(giveUp, this.#patienceMs);
      });
    });
  }

  get #patienceMs(): number {
    return this.#lostUrl === undefined ? patienceMs.first : patienceMs.fresh;
  }

  /** It has run dry while it plays: perhaps its link has expired. */
  #waitForMore(): void {
    const [turn, { currentTime }] = [this.#turn, this.#media];
    setTimeout(() => {
      const isStuck = this.#media.currentTime === currentTime && this.#media.readyState < hasFutureData;
      if (isStuck && turn === this.#turn && this.now.state === 'playing') this.#lost('network');
    }, this.#patienceMs);
  }

  #take(): number {
    this.#turn += 1;
    return this.#turn;
  }

  #end(): void {
    this.#rest = [];
    this.#set({ state: 'idle' });
  }

  /** The element's own error: 2 the network, 3 the bytes, 4 the source. A link that has expired is 2 or 4. */
  #failed(): void {
    const code = this.#media.error?.code;
    this.#lost(code === 2 ? 'network' : code === 3 ? 'decode' : 'noMedia');
  }

  #lost(silence: Silence): void {
    const lost = this.#url;
    const turn = this.#take();
    this.#url = undefined;
    if (silence === 'decode' || lost === undefined || this.#lostUrl !== undefined) this.#fail(silence);
    else {
      this.#lostUrl = lost;
      void this.#goOnElsewhere(silence, turn);
    }
  }

  /** Asks for a fresh link once, and goes on at the same second. */
  async #goOnElsewhere(silence: Silence, turn: number): Promise<void> {
    const audio = await this.#link().catch(toSilence);
    if (turn !== this.#turn) return;
    if (typeof audio === 'string') this.#fail(audio);
    else if (!audio || audio.url === this.#lostUrl) this.#fail(silence);
    else {
      this.#url = audio.url;
      this.#media.src = audio.url;
      await this.#from(this.#wantedMs);
    }
  }

  #fail(silence: Silence): false {
    this.#lostUrl = undefined;
    this.#rest = [];
    this.#media.pause();
    this.#set({ state: 'idle', what: null, silence });
    return false;
  }

  #set(change: Partial<Playing>): void {
    this.now = { ...this.now, ...change };
    for (const listener of this.#listeners) listener();
  }
}
