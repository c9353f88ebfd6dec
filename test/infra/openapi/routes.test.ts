import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { askedOf, doorRefusals, type RouteRow } from '../../../infra/openapi/route.ts';
import { routes } from '../../../infra/openapi/routes.ts';
import { readService } from '../../../infra/service.ts';
import { edgeFunctionsIn } from '../../../local/stack/edge.ts';
import { refusalOf } from '../../../pipeline/meetings/access.ts';
import type { CallContext } from '../../../pipeline/meetings/call.ts';
import { type ActionName, actionNames } from '../../../pipeline/meetings/requests.ts';
import { chatRefusalOf, placeRefusalOf } from '../../../pipeline/messaging/access.ts';
import type { ChatContext } from '../../../pipeline/messaging/chat.ts';
import { type ChatActionName, chatActionNames } from '../../../pipeline/messaging/requests.ts';
import { type RefusalName, refusals } from '../../../pipeline/refusals.ts';
import { root } from '../../house/sources.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const rowOf = (service: string) => routes.find((row) => row.service === service) as RouteRow;
const refusalsOf = (row: RouteRow, action: string): RefusalName[] => [
  ...row.refusals,
  ...askedOf(row).flatMap(([name, { refusals }]) => (name === action ? refusals : [])),
];

const page = read('API.md');

describe('API.md has', () => {
  /** Those that an app may ask. */
  const rows = routes.filter(({ caller }) => caller !== 'eventBridge');
  const actions = rows.flatMap(askedOf).filter(([action]) => action !== '');

  test.each(rows.map((row) => [row.path ?? row.edgeFunction ?? '', row] as const))(
    '%s',
    (_, { method, path, edgeFunction }) => {
      if (path !== undefined) expect(page).toContain(`${method} ${path}`);
      if (edgeFunction !== undefined) expect(page).toContain(`\`${edgeFunction}\``);
    },
  );

  test.each(actions)('the action %s with every field, and how it may be refused', (action, { body = {}, refusals }) => {
    const [line = ''] = page.split('\n').filter((one) => new RegExp(`^\\| (?:\`\\w+\`, )*\`${action}\`[, ]`).test(one));
    // A field that an action shares with another one is said there.
    const sought = Object.keys(body).filter((name) => !line.includes('as `create`') || name === 'meetingId');
    expect(sought.filter((name) => !new RegExp(`\`${name}\\??\``).test(line))).toEqual([]);
    expect(refusals.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});

describe('every door has its row, and every row its door', () => {
  test('at the HTTP API', () => {
    const { functions = {} } = readService(root);
    const deployed = Object.values(functions).flatMap(({ events = [] }) =>
      (events as { httpApi?: string }[]).flatMap(({ httpApi }) => httpApi ?? []),
    );
    const rows = routes.flatMap(({ method, path }) => (path === undefined ? [] : `${method} ${path}`));
    expect(rows.toSorted()).toEqual(deployed.toSorted());
  });

  test('of the edge functions', () => {
    const rows = routes.flatMap(({ edgeFunction = [] }) => edgeFunction);
    expect(rows.toSorted()).toEqual(edgeFunctionsIn(join(root, 'supabase/functions')).toSorted());
  });

  test.each([
    ['meetings', actionNames],
    ['messaging', chatActionNames],
  ] as const)('an action of %s is a row', (service, names) => {
    expect(askedOf(rowOf(service)).map(([name]) => name)).toEqual(names);
  });
});

/** Every combination of these values. */
function every<Of extends object>(choices: { readonly [Name in keyof Of]: readonly Of[Name][] }): Of[] {
  return Object.entries<readonly unknown[]>(choices).reduce<object[]>(
    (made, [name, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  ) as Of[];
}

const parties = { providerId: 'p', patientId: 't' };

describe('an action is refused by the rules for what its row says, and for nothing else', () => {
  const appointment = { id: 'a', ...parties, status: null, videoEnabled: true };
  const session = { id: 's', ...parties, status: 'active', endedBy: null };
  const other = { role: 'other', status: 'joined' };
  const calls = every<CallContext>({
    tooMany: [false, true],
    userId: ['p', 't', 'o', null],
    appointment: [appointment, { ...appointment, videoEnabled: false }, null],
    session: [session, { ...session, status: 'ended' }, { ...session, endedBy: 'p' }, null] as CallContext['session'][],
    participant: [null, other, { ...other, status: 'removed' }] as CallContext['participant'][],
  });
  const channel = { status: 'active' };
  const chats = every<ChatContext>({
    tooMany: [false, true],
    userId: ['p', 'o', null],
    appointment: [appointment, { ...appointment, patientId: null }, null],
    channel: [channel, { ...channel, status: 'archived' }, null] as ChatContext['channel'][],
    member: [null, { role: 'provider' }, { role: 'member' }] as ChatContext['member'][],
  });
  const places = every<Parameters<typeof placeRefusalOf>[1]>({
    appInstanceArn: ['arn', undefined],
    messagingAllowed: [true, false],
  });
  const found = {
    meetings: (action: ActionName) => calls.map((one) => refusalOf(action, one, { closedAppointments: [] })),
    messaging: (action: ChatActionName) => [
      ...chats.map((one) => chatRefusalOf(action, one)),
      ...places.map((one) => placeRefusalOf(action, one)),
    ],
  };
  /** What these rules may say at all. */
  const said = {
    meetings: new Set(actionNames.flatMap(found.meetings)),
    messaging: new Set(chatActionNames.flatMap(found.messaging)),
  };
  /** What is found out only when the action is carried out. */
  const later: Readonly<Record<string, RefusalName[]>> = { create: ['MeetingEnded'] };

  test.each([
    ...actionNames.map((action) => ['meetings', action, found.meetings(action)] as const),
    ...chatActionNames.map((action) => ['messaging', action, found.messaging(action)] as const),
  ])('%s: %s', (service, action, codes) => {
    const listed = refusalsOf(rowOf(service), action).filter((code) => said[service].has(code));
    const ruled = new Set(codes.filter((code) => code !== undefined));
    expect(new Set(listed)).toEqual(ruled.union(new Set(later[action])));
  });
});

describe('what the code of a route refuses is said in its row', () => {
  const folders = [
    ['meetings', 'meetings'],
    ['messaging', 'messaging'],
    ['speak', 'speech'],
    ['extraction', 'extraction'],
  ] as const;
  const thrown = folders.flatMap(([folder, service]) =>
    readdirSync(join(root, 'pipeline/api', folder)).flatMap((file) =>
      [...read(`pipeline/api/${folder}/${file}`).matchAll(/new Refusal\(\s*'(\w+)'/g)].map(
        ([, code = '']) => [service, file.replace('.ts', ''), code as RefusalName] as const,
      ),
    ),
  );

  test('there is something to look at', () => expect(thrown.length).toBeGreaterThan(15));

  test.each(thrown)('%s, %s: %s', (service, file, code) => {
    const row = rowOf(service);
    const action = file.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const own = askedOf(row).filter(([name]) => name === file || name === action);
    // A helper's refusals are those of the actions that call it.
    const asked = own.length > 0 ? own : askedOf(row);
    expect([...doorRefusals(row, 'http'), ...asked.flatMap(([, { refusals }]) => refusals)]).toContain(code);
  });
});

test("every refusal is some route's, but for those of no route", () => {
  const listed = new Set(routes.flatMap((row) => askedOf(row).flatMap(([action]) => refusalsOf(row, action))));
  const ofTheDoor = ['InvalidToken', 'KeysUnavailable', 'InvalidRequest', 'PayloadTooLarge', 'WrongRegion'];
  const ofNoRoute = ['RouteNotFound', 'MethodNotAllowed', 'InternalError', 'ServiceUnavailable'];
  const names = Object.keys(refusals) as RefusalName[];
  expect(names.filter((name) => !listed.has(name)).toSorted()).toEqual([...ofTheDoor, ...ofNoRoute].toSorted());
});

test('a row says each refusal once', () => {
  for (const row of routes) {
    for (const [action] of askedOf(row)) {
      const codes = refusalsOf(row, action);
      expect([action, codes]).toEqual([action, [...new Set(codes)]]);
    }
  }
});
