import { expect, test } from 'vitest';
import { type Answered, checkAnswer, faultsOf, nameOf } from './answers.ts';

const session = { id: '0f8fad5b-d9cb-469f-a165-70867728950e', status: 'ended' };
const ended: Answered = { method: 'POST', path: '/meetings', action: 'end', status: 200, body: { session } };
const edge = '/functions/v1/chime-meeting-token';
const refused = (status: number, code: string): Answered => ({ ...ended, status, body: { error: 'No.', code } });

test.each<[what: string, answered: Answered]>([
  ['a good answer', ended],
  ['a refusal of the action', refused(403, 'OnlyTheProvider')],
  ['a refusal of the door', refused(401, 'InvalidToken')],
  ['a refusal of the edge function', { ...refused(421, 'WrongRegion'), path: edge }],
  ['what the API Gateway says by itself', { ...ended, status: 503, body: { message: 'Service Unavailable' } }],
  [
    'a path with an id',
    { method: 'GET', path: '/recordings/rec-1/fhir', status: 403, body: { error: 'No.', code: 'OnlyTheProvider' } },
  ],
])('%s is as the document says', (_, answered) => expect(faultsOf(answered)).toEqual([]));

test.each<[what: string, answered: Answered, fault: RegExp]>([
  [
    'a field too many',
    { ...ended, body: { session: { ...session, endedBy: 'p' } } },
    /additional properties .*endedBy/,
  ],
  ['a field that is missing', { ...ended, body: { session: { id: session.id } } }, /required property 'status'/],
  ['another word', { ...ended, body: { session: { ...session, status: 'over' } } }, /session\/status must be equal/],
  ['an id that is none', { ...ended, body: { session: { ...session, id: '7' } } }, /must match format "uuid"/],
  ['the answer of another action', { ...ended, action: 'status' }, /required property/],
  ["another action's refusal", refused(409, 'ConsentTextOutdated'), /not refused for ConsentTextOutdated/],
  ["another door's refusal", refused(421, 'WrongRegion'), /no answer 421/],
  ['a code under another status', refused(404, 'OnlyTheProvider'), /must be equal to one of the allowed values/],
])('%s is a fault', (_, answered, fault) => {
  expect(faultsOf(answered).join('\n')).toMatch(fault);
  const { action, ...rest } = answered;
  expect(() => checkAnswer({ ...rest, asked: { action } })).toThrow(fault);
});

test('what is not in the document cannot be held against it', () => {
  expect(() => nameOf({ path: '/elsewhere' })).toThrow('/elsewhere is not in the document');
});
