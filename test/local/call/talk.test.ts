import { expect, test } from 'vitest';
import { Talk } from '../../../local/call/talk.ts';
import { parseDialogue } from '../../../local/cases/dialogue.ts';
import type { Chunk, ChimePipelines } from '../../../local/services/chimePipelines/chimePipelines.ts';
import { ManualClock } from '../testClock.ts';

const dialogue = parseDialogue('title: two\npace: 120\n\ndoctor: One two three four.\nwoman: Five six seven eight.\n');
const lengthMs = dialogue.utterances.at(-1)?.words.at(-1)?.endMs ?? 0;
const voices = { doctor: 'a1', woman: 'a2' };

/** Everybody is heard in a chunk, unless it is said who is. */
const chunk = (from: number, to: number, heard = Object.values(voices)): Chunk => ({
  pipelineId: 'c1',
  bucket: 'recordings',
  key: `captures/m1/audio/${from}.mp4`,
  from,
  to,
  voices: heard.map((attendeeId) => ({ attendeeId, externalUserId: attendeeId, from, to })),
});

/** What is heard of the dialogue, of which the first word is said at 100 seconds, in a file of these chunks. */
async function heardIn(joined: readonly Chunk[], key = 'recordings/m1/audio/j1.mp4') {
  const clock = new ManualClock(100_000);
  const said: object[] = [];
  const pipelines = {
    joined: (id: string) => (id === 'j1' ? joined : []),
    say: (meetingId: string, speech: object) => Promise.resolve(said.push({ meetingId, ...speech })),
  } as unknown as ChimePipelines;
  const talk = new Talk();
  talk.in({ clock, chime: { pipelines } });
  await talk.say('m1', dialogue, voices);
  const result = talk.heard(key);
  const { results } = JSON.parse(result ?? '{"results":{"transcripts":[],"items":[]}}') as {
    results: { transcripts: { transcript: string }[]; items: { start_time?: string }[] };
  };
  return { said, text: results.transcripts[0]?.transcript, firstAt: results.items[0]?.start_time };
}

const begin = dialogue.utterances[0]?.words[0]?.startMs ?? 0;
const until = 100_000 + lengthMs - begin + 1;
const second = 100_000 + (dialogue.utterances[1]?.words[0]?.startMs ?? 0) - begin;

test('whoever speaks has the word for as long as that takes', async () => {
  const { said } = await heardIn([chunk(99_000, until)]);
  expect(said).toMatchObject([
    {
      meetingId: 'm1',
      turns: [
        { attendeeId: 'a1', fromMs: 0 },
        { attendeeId: 'a2', toMs: lengthMs - begin },
      ],
    },
  ]);
});

test.each<[string, Chunk[], string | undefined, number?]>([
  [
    'all of it, where it is in the file',
    [chunk(99_000, 101_000), chunk(101_000, until)],
    'One two three four. Five six seven eight.',
    1,
  ],
  ['nothing of what was said before the first chunk', [chunk(second, until)], 'Five six seven eight.', 0],
  ['nothing of what was said after the last', [chunk(98_500, second)], 'One two three four.', 1.5],
  ['nobody who could not be heard', [chunk(99_000, until, ['a2'])], 'Five six seven eight.'],
  ['no word that was cut off', [chunk(99_000, until - 50)], 'One two three four. Five six seven'],
  [
    'what follows a gap, where it is in the file',
    [chunk(97_000, 98_000), chunk(second, until)],
    'Five six seven eight.',
    1,
  ],
  ['no file without chunks', [], undefined],
])('a joined file has %s', async (_, joined, text, firstAt) => {
  const heard = await heardIn(joined);
  expect(heard.text).toBe(text);
  if (firstAt !== undefined) expect(Number(heard.firstAt)).toBeCloseTo(firstAt, 1);
});

test.each(['recordings/m2/audio/j1.mp4', 'recordings/m1/audio/j2.mp4', 'recordings/m1/upload.mp4'])(
  '%s is no recording of it',
  async (key) => expect((await heardIn([chunk(99_000, until)], key)).text).toBeUndefined(),
);
