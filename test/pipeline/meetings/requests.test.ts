import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkLanguage, toCallRequest } from '../../../pipeline/meetings/requests.ts';
import { Refusal } from '../../../pipeline/refusals.ts';
import { userOf } from '../memoryCall.ts';

const upper = 'ABCDEF00-0000-4000-8000-00000000000A';
const lower = upper.toLowerCase();
const meetingId = 'meeting-1';
const users = (n: number) => Array.from({ length: n }, (_, i) => userOf(i));
/** What a client sends, after the way of JSON: so a prototype's name is a key like any other. */
const sent = (text: string) => toCallRequest(JSON.parse(text));

function refusalOf(body: unknown): Refusal {
  try {
    toCallRequest(body);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('is taken', () => {
  test.each<[string, object, object?]>([
    ['create', { action: 'create', appointmentId: 'no uuid' }],
    [
      'create as older clients send it',
      {
        action: 'create',
        appointmentId: userOf(1),
        enableRecording: true,
        enableTranscription: true,
        transcriptionLanguage: 'en-US',
      },
    ],
    ['join', { action: 'join', meetingId }],
    ['batch-join of 100', { action: 'batch-join', meetingId, userIds: users(100) }],
    ['admit, in lower case', { action: 'admit', meetingId, userId: upper }, { userId: lower }],
    ['batch-join, in lower case', { action: 'batch-join', meetingId, userIds: [upper] }, { userIds: [lower] }],
    ['mute, which mutes', { action: 'mute', meetingId, userId: lower }, { muted: true }],
    ['mute, which gives the word back', { action: 'mute', meetingId, userId: lower, muted: false }],
    ['remove', { action: 'remove', meetingId, userId: lower }],
    ['report', { action: 'report', meetingId, kind: 'quality', values: { 'rtt.ms': 12.5, codec: 'opus', hd: true } }],
    ['consent', { action: 'consent', meetingId, decision: 'given', textVersion: '2026-11-29' }],
    [
      'consent, as it was read',
      { action: 'consent', meetingId, decision: 'withdrawn', textVersion: 'x', language: 'fr' },
    ],
    ['transcription', { action: 'transcription', meetingId, enabled: false }],
    ['transcription in a language', { action: 'transcription', meetingId, enabled: true, language: 'fr-CA' }],
    ['status', { action: 'status', meetingId }],
    ['end', { action: 'end', meetingId }],
  ])('%s', (_, body, more = {}) => {
    expect(toCallRequest(body)).toEqual({ ...body, ...more });
  });

  test('without what nobody asked for', () => {
    expect(sent('{"action": "end", "meetingId": "m", "userId": 1, "__proto__": {"a": 1}}')).toEqual({
      action: 'end',
      meetingId: 'm',
    });
  });

  test("a report whose key is a prototype's name, without it", () => {
    const request = sent(
      '{"action":"report","meetingId":"m","kind":"survey","values":{"__proto__":1,"constructor":2,"stars":5}}',
    );
    expect(request).toMatchObject({ values: { stars: 5 } });
    expect(Object.keys((request as { values: object }).values)).toEqual(['stars']);
  });
});

describe('is refused by the name of its field', () => {
  const secret = 'Ngozi';
  const report = { action: 'report', meetingId, kind: 'quality' };
  const create = { action: 'create', appointmentId: 'a' };

  test.each<[string, object, string]>([
    ['no action', {}, 'action'],
    ['an unknown action', { action: secret }, 'action'],
    ['an action of a prototype', { action: 'toString' }, 'action'],
    ['another', { action: '__proto__' }, 'action'],
    ['no text for an action', { action: ['join'] }, 'action'],
    ['no appointment', { action: 'create' }, 'appointmentId'],
    ['an empty appointment', { ...create, appointmentId: '' }, 'appointmentId'],
    ['a number for an appointment', { ...create, appointmentId: 7 }, 'appointmentId'],
    ['a wish that is no boolean', { ...create, enableRecording: secret }, 'enableRecording'],
    ['another', { ...create, enableTranscription: 1 }, 'enableTranscription'],
    ['a language without end', { ...create, transcriptionLanguage: secret.repeat(3) }, 'transcriptionLanguage'],
    ['a region without end', { ...create, mediaRegion: secret.repeat(13) }, 'mediaRegion'],
    ['no meeting', { action: 'join' }, 'meetingId'],
    ['a meeting without end', { action: 'join', meetingId: secret.repeat(13) }, 'meetingId'],
    ['what no database takes', { action: 'join', meetingId: `${secret}\u0000` }, 'meetingId'],
    ['half a character', { action: 'join', meetingId: `${secret}\ud800` }, 'meetingId'],
    ['nobody', { action: 'batch-join', meetingId, userIds: [] }, 'userIds'],
    ['101 people', { action: 'batch-join', meetingId, userIds: users(101) }, 'userIds'],
    ['somebody twice', { action: 'batch-join', meetingId, userIds: [upper, lower] }, 'userIds'],
    ['no uuid', { action: 'batch-join', meetingId, userIds: [userOf(1), secret] }, 'userIds'],
    ['one for a list', { action: 'batch-join', meetingId, userIds: lower }, 'userIds'],
    ['no uuid to admit', { action: 'admit', meetingId, userId: secret }, 'userId'],
    ['nobody to mute', { action: 'mute', meetingId }, 'userId'],
    ['mute as a text', { action: 'mute', meetingId, userId: lower, muted: 'no' }, 'muted'],
    ['a decision that there is not', { action: 'consent', meetingId, decision: secret, textVersion: 'x' }, 'decision'],
    ['captions neither on nor off', { action: 'transcription', meetingId }, 'enabled'],
    ['captions as a text', { action: 'transcription', meetingId, enabled: 'true' }, 'enabled'],
    [
      'captions in a language without end',
      { action: 'transcription', meetingId, enabled: true, language: secret.repeat(3) },
      'language',
    ],
    ['a decision on no text', { action: 'consent', meetingId, decision: 'given' }, 'textVersion'],
    ['an unknown kind', { ...report, kind: secret, values: {} }, 'kind'],
    ['a kind of a prototype', { ...report, kind: 'constructor', values: {} }, 'kind'],
    ['no values', report, 'values'],
    ['a sentence as a value', { ...report, values: { note: `${secret} coughs` } }, 'values'],
    ['a sentence as a key', { ...report, values: { [`${secret} coughs`]: 1 } }, 'values'],
    ['something in something', { ...report, values: { a: { b: secret } } }, 'values'],
    ['a list of values', { ...report, values: [secret] }, 'values'],
    ['what is no number', { ...report, values: { a: Number.POSITIVE_INFINITY } }, 'values'],
    ['more than 2 KB', { ...report, values: Object.fromEntries(users(60).map((id) => [id, 1])) }, 'values'],
  ])('%s', (_, body, field) => {
    const { code, message } = refusalOf(body);
    expect([code, message.includes(`field ${field} `)]).toEqual(['InvalidRequest', true]);
    expect(message).not.toContain(secret);
  });

  test.each([[undefined], [null], ['create'], [7], [[]]])('a body that is %j', (body) => {
    expect(refusalOf(body)).toMatchObject({ code: 'InvalidRequest', message: 'The body must be a JSON object.' });
  });

  test('values of 2 KB to the letter', () => {
    const values = Object.fromEntries(Array.from({ length: 29 }, (_, i) => [`${'k'.repeat(62)}${i + 10}`, 1]));
    const fits = { ...values, rest: 'v'.repeat(2048 - JSON.stringify({ ...values, rest: '' }).length) };
    expect(JSON.stringify(fits)).toHaveLength(2048);
    expect(toCallRequest({ ...report, values: fits })).toMatchObject({ values: fits });
    expect(refusalOf({ ...report, values: { ...values, rest: `${fits.rest}v` } }).code).toBe('InvalidRequest');
  });
});

test('whatever is sent, it is a request or refused as none', () => {
  const action = fc.constantFrom('create', 'join', 'batch-join', 'admit', 'mute', 'remove', 'report', 'status', 'end');
  const body = fc.record(
    {
      action: fc.oneof(action, fc.jsonValue()),
      meetingId: fc.oneof(fc.string(), fc.jsonValue()),
      appointmentId: fc.jsonValue(),
      userIds: fc.oneof(fc.array(fc.uuid()), fc.jsonValue()),
      userId: fc.oneof(fc.uuid(), fc.jsonValue()),
      values: fc.oneof(fc.dictionary(fc.string(), fc.double()), fc.jsonValue()),
      kind: fc.constantFrom('quality', 'failure', 'survey', 'other'),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(body, fc.jsonValue()), (given) => {
      try {
        expect(toCallRequest(given).action).toEqual((given as { action: string }).action);
      } catch (error) {
        expect(error).toMatchObject({ code: 'InvalidRequest' });
      }
    }),
  );
});

describe('a language', () => {
  test.each(['en-US', 'fr-CM', 'en_gb', '', undefined])('%j is transcribed', (language) => {
    expect(() => checkLanguage(language)).not.toThrow();
  });

  test.each(['ln-CD', 'xx', 'English', 'en-\u0000'])('%j is not', (language) => {
    expect(() => checkLanguage(language)).toThrow(expect.objectContaining({ code: 'LanguageNotSupported' }));
  });
});
