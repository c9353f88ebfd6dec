import { cpuMs } from '../../cpuTime.ts';
import { describe, expect, test } from 'vitest';
import { isCutShort, toMeetingEvents } from '../../../pipeline/transcript/meetingEvents.ts';

const event = (second: number, EventType: string, EventParameters: object = {}) =>
  JSON.stringify({ Timestamp: `2026-03-02T09:30:${String(second).padStart(2, '0')}.000Z`, EventType, EventParameters });

describe('a meeting-events file', () => {
  test('says who was active when, from the start of the capture, and how long it went on', () => {
    const text = [
      event(0, 'CaptureStarted'),
      event(1, 'AttendeeJoined', { AttendeeId: 'a-1' }),
      event(2, 'ActiveSpeaker', { AttendeeId: 'a-1' }),
      event(7, 'ActiveSpeaker', { attendees: [{ attendeeId: 'a-2', volume: 3 }, { attendeeId: 'a-1' }] }),
      event(9, 'AttendeeVideoJoined', { AttendeeId: 'a-1' }),
      event(30, 'CaptureEnded'),
    ].join('\n');
    expect(toMeetingEvents(text)).toEqual({
      capturedMs: 30_000,
      active: [
        { attendeeId: 'a-1', startMs: 2_000, endMs: 7_000 },
        { attendeeId: 'a-2', startMs: 7_000, endMs: 30_000 },
      ],
      present: [{ attendeeId: 'a-1', startMs: 1_000, endMs: Number.POSITIVE_INFINITY }],
    });
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['lines that are no JSON', 'not json\n{"broken":\n'],
    ['no start of the capture', event(2, 'ActiveSpeaker', { AttendeeId: 'a-1' })],
    ['a time that is none', '{"Timestamp":"soon","EventType":"CaptureStarted"}'],
  ])('of %s says nothing', (_, text) => {
    expect(toMeetingEvents(text)).toEqual({ capturedMs: undefined, active: [], present: [] });
  });

  test('may be unordered, with times in milliseconds', () => {
    const at = (Timestamp: number, EventType: string, id?: string) =>
      JSON.stringify({ Timestamp, EventType, EventParameters: id === undefined ? null : { attendee_id: id } });
    const text = [at(9_000, 'ActiveSpeaker', 'b'), at(1_000, 'CaptureStarted'), at(3_000, 'ActiveSpeaker', 'a')].join(
      '\n',
    );
    expect(toMeetingEvents(text).active.map(({ attendeeId, startMs }) => [attendeeId, startMs])).toEqual([
      ['a', 2_000],
      ['b', 8_000],
    ]);
  });
});

describe('what Chime writes and other programs copy', () => {
  const speaks = (second: number, AttendeeId: string | null, MediaModality = '') =>
    event(second, 'ActiveSpeaker', { AttendeeId, MediaModality });
  const started = event(0, 'CaptureStarted');
  const spansOf = (text: string) =>
    toMeetingEvents(text).active.map(({ attendeeId, startMs, endMs }) => [attendeeId, startMs / 1000, endMs / 1000]);

  test.each<[string, string[], (string | number)[][]]>([
    [
      'an empty id is nobody',
      [speaks(1, 'a'), speaks(3, ''), speaks(8, 'b')],
      [
        ['a', 1, 3],
        ['b', 8, 30],
      ],
    ],
    ['a blank one too', [speaks(1, 'a'), speaks(3, ' ')], [['a', 1, 3]]],
    ['and null', [speaks(1, 'a'), speaks(3, null)], [['a', 1, 3]]],
    ['and no parameters at all', [speaks(1, 'a'), event(3, 'ActiveSpeaker')], [['a', 1, 3]]],
    ['nobody at first', [speaks(1, ''), speaks(2, 'a')], [['a', 2, 30]]],
    [
      'what somebody shares is nobody',
      [speaks(1, 'a'), speaks(3, 'A#content', 'ContentShare'), speaks(6, 'b')],
      [
        ['a', 1, 3],
        ['b', 6, 30],
      ],
    ],
    [
      'ids have no case',
      [speaks(1, 'A-1'), speaks(3, 'a-1')],
      [
        ['a-1', 1, 3],
        ['a-1', 3, 30],
      ],
    ],
    [
      'who leaves speaks no more',
      [speaks(1, 'A'), event(2, 'AttendeeLeft', { AttendeeId: 'b' }), event(4, 'AttendeeLeft', { AttendeeId: 'a' })],
      [['a', 1, 4]],
    ],
    [
      'who ends a share goes on speaking',
      [speaks(1, 'a'), event(4, 'AttendeeLeft', { AttendeeId: 'a#content' })],
      [['a', 1, 30]],
    ],
    [
      'muting says nothing of others',
      [speaks(1, 'a'), event(2, 'AttendeeMute', { AttendeeId: 'b' }), event(3, 'AttendeeUnmute', { AttendeeId: 'b' })],
      [['a', 1, 30]],
    ],
  ])('%s', (_, lines, spans) => {
    expect(spansOf([started, ...lines, event(30, 'CaptureEnded')].join('\n'))).toEqual(spans);
  });

  const lines = [started, speaks(1, 'a'), speaks(4, 'b'), event(9, 'CaptureEnded')];
  const pretty = JSON.stringify(
    lines.map((line) => JSON.parse(line) as object),
    null,
    2,
  );
  test.each([
    ['lines with Windows ends', lines.join('\r\n')],
    ['a byte-order mark', `\uFEFF${lines.join('\n')}`],
    ['an array', `[${lines.join(',')}]`],
    ['an array with a byte-order mark', `\uFEFF [${lines.join(',\n')}]\n`],
    ['an array over many lines', pretty],
    ['an array that was cut off', `[\n${lines.join(',\n')},\n{"Timestamp":"2026`],
    ['blank lines', `\n\n${lines.join('\n\n')}\n\n`],
    ['null among the lines', ['null', ...lines, '7', '"text"'].join('\n')],
  ])('%s', (_, text) => {
    expect(spansOf(text)).toEqual([
      ['a', 1, 4],
      ['b', 4, 9],
    ]);
  });
});

/** Lines as Chime wrote them in public issues of its SDK, and one speaker more. */
const genuine = `
{"Timestamp":"2022-09-05T16:40:02.991+00:00","EventType":"CaptureStarted"}
{"Timestamp":"2022-09-05T16:40:03.575+00:00","EventType":"AttendeeJoined","EventParameters":{"AttendeeId":"6869080f-d028-d9ae-c015-38882089c696","MediaModality":""}}
{"Timestamp":"2022-09-05T16:40:03.855+00:00","EventType":"AttendeeMute","EventParameters":{"AttendeeId":"753f5461-8073-eaa5-af41-f920de367732#content","MediaModality":""}}
{"Timestamp":"2022-09-05T16:40:04.000+00:00","EventType":"ActiveSpeaker","EventParameters":{"AttendeeId":"6869080f-d028-d9ae-c015-38882089c696","MediaModality":""}}
{"Timestamp":"2022-09-05T16:40:04.334+00:00","EventType":"ActiveSpeaker","EventParameters":{"AttendeeId":"","MediaModality":""}}
`;

test('genuine lines: times count from the start of the capture, a share is no person, and an empty id is nobody', () => {
  const attendeeId = '6869080f-d028-d9ae-c015-38882089c696';
  expect(toMeetingEvents(genuine)).toEqual({
    capturedMs: undefined,
    active: [{ attendeeId, startMs: 1_009, endMs: 1_343 }],
    present: [{ attendeeId, startMs: 584, endMs: Number.POSITIVE_INFINITY }],
  });
});

test.each<[string, number | undefined, number, boolean]>([
  ['a capture that lost its last chunks', 600_000, 585_000, true],
  ['a capture that is all there', 600_000, 595_000, false],
  ['a capture of unknown length', undefined, 5_000, false],
])('%s', (_, capturedMs, durationMs, cut) => {
  expect(isCutShort({ capturedMs, active: [], present: [] }, durationMs)).toBe(cut);
});

test('a line of blanks takes no time', () => {
  const blanks = `${' '.repeat(400_000)}x`;
  expect(cpuMs(() => toMeetingEvents(`x${blanks}`), 1)).toBeLessThan(1_000);
});
