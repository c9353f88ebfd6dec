/** Builds batch job results in every layout that the services write. */

/** A word as it was heard, with the marks that follow it. */
export interface Heard {
  speaker: number;
  startMs: number;
  endMs: number;
  text: string;
  marks: string[];
  /** As the service writes it; undefined leaves it out, as for redacted words. */
  confidence: string | undefined;
}

export interface Item {
  id?: number;
  type: string;
  start_time?: string | number;
  end_time?: string | number;
  alternatives: { content: string; confidence?: string | number; redactions?: object[] }[];
  speaker_label?: string;
}

interface LabelSegment {
  start_time: string;
  end_time: string;
  speaker_label: string;
  items: { start_time: string; end_time: string; speaker_label: string }[];
}

export interface JobFile {
  jobName: string;
  accountId: string;
  status: string;
  results: {
    transcripts?: { transcript: string }[];
    items?: Item[];
    speaker_labels?: { speakers: number; channel_label?: string; segments: LabelSegment[] };
    channel_labels?: { channels: { channel_label: string; items: Item[] }[]; number_of_channels?: number };
    segments?: object[];
    audio_segments?: object[];
  };
}

export const layouts = ['plain', 'older', 'medical-guide', 'newer', 'channels', 'medical-channels'] as const;
export type Layout = (typeof layouts)[number];

/** One speaker's words, 200 ms each and 50 ms apart; marks are cut from their words. */
export function say(speaker: number, startMs: number, sentence: string, confidence = '0.98'): Heard[] {
  return sentence.split(' ').map((written, index) => {
    const [, text = '', marks = ''] = /^(.+?)([.,?!]*)$/u.exec(written) ?? [];
    const start = startMs + index * 250;
    return { speaker, startMs: start, endMs: start + 200, text, marks: Array.from(marks), confidence };
  });
}

export type Line = readonly [speaker: number, sentence: string, pauseMs?: number];

/** Sentences one after the other, each after a pause of half a second unless it says otherwise. */
export function conversation(...lines: readonly Line[]): Heard[] {
  const heard: Heard[] = [];
  for (const [speaker, sentence, pauseMs = 500] of lines) {
    heard.push(...say(speaker, (heard.at(-1)?.endMs ?? 0) + pauseMs, sentence));
  }
  return heard;
}

/** How the service writes the text of its items. */
export function transcriptOf(heard: readonly Heard[]): string {
  return heard.map(({ text, marks }) => text + marks.join('')).join(' ');
}

export function jobResult(layout: Layout, heard: readonly Heard[]): JobFile {
  const decimals = layout.startsWith('medical') ? 6 : 2;
  const seconds = (ms: number) => (decimals === 6 ? (ms / 1000).toFixed(6) : String(ms / 1000));
  const newer = layout === 'newer';
  let id = 0;
  const toItems = ({ speaker, startMs, endMs, text, marks, confidence }: Heard): Item[] => {
    const head = () => (newer ? { id: id++, speaker_label: `spk_${speaker}` } : {});
    const times = { start_time: seconds(startMs), end_time: seconds(endMs) };
    const reading = { content: text, ...(confidence === undefined ? {} : { confidence }) };
    const unsure = layout.startsWith('medical') ? {} : { confidence: '0.0' };
    return [
      { ...head(), type: 'pronunciation', ...times, alternatives: [reading] },
      ...marks.map((content) => ({ ...head(), type: 'punctuation', alternatives: [{ content, ...unsure }] })),
    ];
  };
  const wrap = (results: JobFile['results']): JobFile => {
    const transcripts = [{ transcript: transcriptOf(heard) }];
    return { jobName: 'job-1', accountId: '111122223333', results: { transcripts, ...results }, status: 'COMPLETED' };
  };

  if (layout === 'channels' || layout === 'medical-channels') {
    const channels = [0, 1].map((channel) => ({
      channel_label: `ch_${channel}`,
      items: heard.filter(({ speaker }) => speaker === channel).flatMap(toItems),
    }));
    if (layout === 'medical-channels') return wrap({ channel_labels: { channels } });
    return wrap({ channel_labels: { channels, number_of_channels: 2 }, items: heard.flatMap(toItems) });
  }
  const items = heard.flatMap(toItems);
  if (layout === 'plain') return wrap({ items });
  const runs = runsOf(heard);
  const segments = runs.map((run) => ({
    // A segment may be wider than its words.
    start_time: seconds(Math.max(0, (run[0]?.startMs ?? 0) - 10)),
    end_time: seconds((run.at(-1)?.endMs ?? 0) + 30),
    speaker_label: `spk_${run[0]?.speaker}`,
    items: run.map(({ speaker, startMs, endMs }) => ({
      start_time: seconds(startMs),
      end_time: seconds(endMs),
      speaker_label: `spk_${speaker}`,
    })),
  }));
  const speaker_labels = { speakers: new Set(heard.map(({ speaker }) => speaker)).size, segments };
  if (!newer) return wrap({ items, speaker_labels });
  const audio_segments = runs.map((run, index) => ({ id: index, transcript: transcriptOf(run), items: [] }));
  return wrap({ items, speaker_labels: { ...speaker_labels, channel_label: 'ch_0' }, audio_segments });
}

/** Maximal runs of one speaker's words. */
export function runsOf(heard: readonly Heard[]): Heard[][] {
  const runs: Heard[][] = [];
  for (const word of heard) {
    const run = runs.at(-1);
    if (run?.[0]?.speaker === word.speaker) run.push(word);
    else runs.push([word]);
  }
  return runs;
}
