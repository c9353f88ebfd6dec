import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Media, Player } from '../../viewer/player.ts';
import { SourceFault } from '../../viewer/source.ts';

/** A media element whose time passes only when the test says so. */
class FakeMedia {
  #src = '';
  currentTime = 0;
  duration = 100;
  readyState = 1;
  playbackRate = 1;
  paused = true;
  error: { code: number } | null = null;
  reach: [number, number][] = [[0, 100]];
  /** Where a seek ends; some servers give the beginning, whatever is asked for. */
  seeksTo = (second: number) => second;
  plays: number[] = [];
  /** It asks again and again, and nothing comes. */
  hangs = false;
  readonly #listeners = new Map<string, Set<() => void>>();

  get src() {
    return this.#src;
  }

  /** Another source begins at its beginning. */
  set src(src: string) {
    this.#src = src;
    this.currentTime = 0;
  }

  get seekable() {
    const { reach } = this;
    return { length: reach.length, start: (n: number) => reach[n]?.[0] ?? 0, end: (n: number) => reach[n]?.[1] ?? 0 };
  }

  addEventListener(event: string, listener: () => void, { signal }: AddEventListenerOptions = {}): void {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(listener));
    signal?.addEventListener('abort', () => all.delete(listener));
    if (this.hangs) return;
    // The seek that was asked for just before somebody listens.
    if (event === 'loadedmetadata') queueMicrotask(() => this.emit(this.error ? 'error' : 'loadedmetadata'));
    if (event === 'seeked') {
      queueMicrotask(() => {
        this.currentTime = this.seeksTo(this.currentTime);
        this.emit('seeked');
      });
    }
  }

  emit(event: string): void {
    for (const listener of this.#listeners.get(event) ?? []) listener();
  }

  play(): Promise<void> {
    this.paused = false;
    this.plays.push(this.currentTime);
    return Promise.resolve();
  }

  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.emit('pause');
  }

  load(): void {}

  passTo(second: number): void {
    this.currentTime = second;
    this.emit('timeupdate');
  }
}

let media: FakeMedia;
let player: Player;
let links: number;
beforeEach(() => {
  media = new FakeMedia();
  links = 0;
  player = new Player(media as unknown as Media, () => {
    links += 1;
    return Promise.resolve({ url: `recording-${links}.mp4`, isSilent: false });
  });
});

const answer = [{ startMs: 5_000, endMs: 8_000 }];

describe('an evidence', () => {
  test('is heard to its end and no further', async () => {
    await player.hear('a', answer);
    expect(media.plays).toEqual([5]);
    media.passTo(7.9);
    expect(player.now.state).toBe('playing');
    media.passTo(8.01);
    expect([player.now.state, media.paused]).toEqual(['idle', true]);
  });
  test('is heard more slowly the second time, another one at full speed', async () => {
    await player.hear('a', answer);
    await player.hear('a', answer);
    expect(media.playbackRate).toBe(0.75);
    await player.hear('b', answer);
    expect(media.playbackRate).toBe(1);
  });
  test('in two stretches is heard without what is between', async () => {
    await player.hear('a', [...answer, { startMs: 50_000, endMs: 51_000 }]);
    media.passTo(8.1);
    await expect.poll(() => media.plays).toEqual([5, 50]);
    media.passTo(51.1);
    expect(player.now.state).toBe('idle');
  });
  test('that was paused goes on two seconds earlier, but not before its beginning', async () => {
    await player.hear('a', answer);
    media.passTo(7.5);
    await player.toggle();
    expect(player.now.state).toBe('paused');
    await player.toggle();
    media.passTo(6);
    await player.toggle();
    await player.toggle();
    expect(media.plays).toEqual([5, 5.5, 5]);
  });
});

describe('nothing is heard, and it says why', () => {
  test.each<[string, () => void, string]>([
    ['where the element reaches nothing', () => (media.reach = [[0, 0]]), 'cannotSeek'],
    ['where the element says it jumped and did not', () => (media.seeksTo = () => 0), 'cannotSeek'],
    ['where the recording is shorter', () => (media.duration = 4), 'tooShort'],
  ])('%s', async (_, arrange, silence) => {
    arrange();
    await player.hear('a', answer);
    expect(player.now).toMatchObject({ state: 'idle', silence });
    expect(media.plays).toEqual([]);
  });

  test('where there is no recording', async () => {
    const without = new Player(media as unknown as Media, () => Promise.resolve(null));
    await without.hear('a', answer);
    expect(without.now.silence).toBe('noAudio');
  });

  test.each([
    [2, 'network'],
    [3, 'decode'],
    [4, 'noMedia'],
  ])('media error %d', async (code, silence) => {
    media.error = { code };
    media.readyState = 0;
    await player.hear('a', answer);
    expect(player.now).toMatchObject({ state: 'idle', silence });
  });
});

test.each([2, 4])('a link that expires (media error %d) goes on at the same second by one new link', async (code) => {
  await player.hear('a', answer);
  media.passTo(6.5);
  media.error = { code };
  media.emit('error');
  media.error = null;
  await expect.poll(() => media.plays).toEqual([5, 6.5]);
  expect([links, media.src, player.now.state]).toEqual([2, 'recording-2.mp4', 'playing']);
  media.passTo(8.1);
  expect(player.now.state).toBe('idle');
});

test('a link that fails again is not asked for without end', async () => {
  await player.hear('a', answer);
  media.error = { code: 4 };
  media.readyState = 0;
  media.emit('error');
  await expect.poll(() => player.now.silence).toBe('noMedia');
  expect(links).toBe(2);
});

test('speeds end at the slowest and the fastest', () => {
  for (let n = 0; n < 9; n += 1) player.faster(1);
  expect(player.now.rate).toBe(2);
  for (let n = 0; n < 9; n += 1) player.faster(-1);
  expect(player.now.rate).toBe(0.5);
});

test('five seconds back leave the stretch, and play on', async () => {
  await player.hear('a', answer);
  media.passTo(7);
  await player.jump(-5);
  expect(media.plays).toEqual([5, 2]);
  media.passTo(9);
  expect(player.now.state).toBe('playing');
});

test('a jump beyond the end goes to the end, and is no stretch that the recording lacks', async () => {
  await player.playFrom(98_000);
  await player.jump(5);
  expect(media.currentTime).toBeCloseTo(100, 2);
  expect(player.now).toMatchObject({ state: 'playing', silence: null });
});

describe('a recording for which the browser asks in vain', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const stretch = [{ startMs: 20_000, endMs: 22_000 }];

  test('goes on at the same second with one fresh link', async () => {
    await player.hear('cough', stretch);
    media.hangs = true;
    void player.hear('fever', [{ startMs: 50_000, endMs: 52_000 }]);
    await vi.advanceTimersByTimeAsync(2_900);
    expect(links).toBe(1);
    media.hangs = false;
    await vi.advanceTimersByTimeAsync(200);
    expect([links, media.src, media.plays.at(-1), player.now.state]).toEqual([2, 'recording-2.mp4', 50, 'playing']);
    expect(player.now.silence).toBeNull();
  });

  test('and for the fresh link too is called unreachable', async () => {
    media.hangs = true;
    media.readyState = 0;
    void player.hear('cough', stretch);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([links, player.now.silence]).toEqual([2, null]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect([links, player.now.silence, player.now.state]).toEqual([2, 'network', 'idle']);
  });

  test('is waited for while its beginning comes, however slowly, for a minute', async () => {
    media.hangs = true;
    media.readyState = 0;
    void player.hear('cough', stretch);
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 2_000) {
        await vi.advanceTimersByTimeAsync(2_000);
        media.emit('progress');
      }
    };
    await pass(50_000);
    expect([links, player.now.silence]).toEqual([1, null]);
    await pass(16_000);
    expect(links).toBe(2);
  });

  test('whose place never comes, though bytes do, has no ranges', async () => {
    await player.hear('cough', stretch);
    media.hangs = true;
    void player.hear('fever', [{ startMs: 50_000, endMs: 52_000 }]);
    for (let second = 0; second < 30; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      media.emit('progress');
    }
    expect([links, player.now.silence, player.now.state]).toEqual([2, 'cannotSeek', 'idle']);
  });

  test('that runs dry while it plays goes on with a fresh link; one that has merely paused for breath does not', async () => {
    await player.playFrom(20_000);
    media.readyState = 2;
    media.emit('waiting');
    media.readyState = 4;
    media.passTo(21);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(links).toBe(1);
    media.readyState = 2;
    media.emit('waiting');
    await vi.advanceTimersByTimeAsync(4_000);
    expect([links, media.plays.at(-1)]).toEqual([2, 21]);
  });
});

test('whose session has ended is told so', async () => {
  const signedOut = new Player(media as unknown as Media, () => Promise.reject(new SourceFault('signedOut')));
  await signedOut.playFrom(1_000);
  expect(signedOut.now.silence).toBe('signedOut');
});
