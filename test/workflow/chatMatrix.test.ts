import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asking, CallHouse, type Person, type Service } from './callHouse.ts';

const members = ['provider', 'patient', 'added'] as const;
const known = [...members, 'removed', 'otherProvider', 'otherPatient'] as const;
/** The last three come with a token that is nobody's, though it would be the provider's. */
const callers = [...known, 'anonymous', 'service', 'expired'] as const;
type Known = (typeof known)[number];
type Caller = (typeof callers)[number];

/** Status and code; of what is granted the status alone. */
type Verdict = readonly [number, string?];
const ok: Verdict = [200];
const no: Verdict = [401, 'InvalidToken'];
const out: Verdict = [403, 'NotAParticipant'];
const host: Verdict = [403, 'OnlyTheProvider'];
const self: Verdict = [403, 'NotTheSender'];
const none: Verdict = [404, 'MessageNotFound'];

/** The edge reaches no bucket: who may ask for a file there is told where to ask. */
const notHere: Verdict = [422, 'FilesNotHere'];

/** The contract once more, in other words than the product's own, by caller. An action may be asked for in two ways. */
const table: Readonly<Record<string, readonly Verdict[]>> = {
  // provider, patient, added, removed, other provider, other patient, anonymous, service key, expired
  createChannel: [ok, ok, out, out, out, out, no, no, no],
  sendMessage: [ok, ok, ok, out, out, out, no, no, no],
  'editMessage of her own': [ok, ok, ok, out, out, out, no, no, no],
  "editMessage of the patient's": [self, ok, self, out, out, out, no, no, no],
  markRead: [ok, ok, ok, out, out, out, no, no, no],
  listMessages: [ok, ok, ok, out, out, out, no, no, no],
  listChannels: [ok, ok, ok, ok, ok, ok, no, no, no],
  addMember: [ok, host, host, out, out, out, no, no, no],
  removeMember: [ok, host, host, out, out, out, no, no, no],
  react: [ok, ok, ok, out, out, out, no, no, no],
  unreact: [ok, ok, ok, out, out, out, no, no, no],
  attach: [ok, ok, ok, out, out, out, no, no, no],
  // There is no file in the message that is asked about.
  attachmentLink: [none, none, none, out, out, out, no, no, no],
  'redactMessage of her own': [ok, ok, ok, out, out, out, no, no, no],
  "redactMessage of the patient's": [ok, ok, self, out, out, out, no, no, no],
  deleteChannel: [ok, host, host, out, out, out, no, no, no],
  speak: [ok, ok, ok, ok, ok, ok, no, no, no],
  extraction: [ok, host, host, host, ok, host, no, no, no],
};
const actions = Object.keys(table);

/** What an archived channel is still good for. */
const afterwards = new Set([
  'createChannel',
  'markRead',
  'listMessages',
  'listChannels',
  'removeMember',
  'deleteChannel',
]);
const archived: Verdict = [409, 'ChannelArchived'];

let house: CallHouse;
let spoken: ReturnType<CallHouse['product']['countCalls']>;
let people: Record<Known | 'guest', Person>;
let appointmentId = '';
let channelId = '';
/** Messages that nobody changes. */
let kept: Partial<Record<Caller, string>> = {};
beforeAll(async () => {
  house = await CallHouse.open({ edge: { runtime: 'deno' } });
  spoken = house.product.countCalls();
  const found = await house.people(7);
  people = Object.fromEntries([...known, 'guest'].map((who, at) => [who, found[at]])) as typeof people;
  const { provider, patient, otherProvider, otherPatient } = people;
  appointmentId = await house.appointment(provider, patient);
  channelId = await open(patient, appointmentId);
  await open(otherPatient, await house.appointment(otherProvider, otherPatient));
  for (const userId of [people.added.id, people.removed.id]) await chat('provider', { action: 'addMember', userId });
  await chat('provider', { action: 'removeMember', userId: people.removed.id });
  kept = await sayAll();
  // Whoever may have texts read has held a visit.
  for (const [doctor, other] of [
    [provider, patient],
    [otherProvider, otherPatient],
  ] as const) {
    await house.product.sql(`insert into public.video_call_sessions (provider_id, patient_id, status)
      values ('${doctor.id}', '${other.id}', 'ended')`);
  }
});
afterAll(() => house[Symbol.asyncDispose]());

async function open(person: Person, appointment: string): Promise<string> {
  const body = { action: 'createChannel', appointmentId: appointment };
  const { channel } = await house.done(person, body, { service: 'messaging', door: 'function' });
  return (channel as { channelId: string }).channelId;
}

const chat = (who: Known, body: object) =>
  house.done(people[who], { channelId, ...body }, { service: 'messaging', door: 'function' });

/** A new message of each member; their ids. */
async function sayAll(): Promise<Partial<Record<Caller, string>>> {
  const said = members.map(async (who) => {
    const { message } = await chat(who, { action: 'sendMessage', message: `I am the ${who}` });
    return [who, (message as { messageId: string }).messageId];
  });
  return Object.fromEntries(await Promise.all(said)) as Partial<Record<Caller, string>>;
}

function serviceOf(name: string): Service {
  return name === 'speak' || name === 'extraction' ? name : 'messaging';
}

/** Whether it changes a message for good, so that it needs a new one. */
function changesOne(name: string): boolean {
  return name.includes(' of ');
}

/** @param messages one of each member's */
function bodyOf(name: string, who: Caller, messages: Partial<Record<Caller, string>>): object {
  if (name === 'speak') return { text: 'Good morning.', language: 'en-GB' };
  if (name === 'extraction') return { text: 'I have a cough.' };
  const [action = '', ...whose] = name.split(' of ');
  const messageId = (whose[0] === 'her own' ? messages[who] : undefined) ?? messages.patient;
  const checksum = `${'A'.repeat(43)}=`;
  return {
    action,
    channelId,
    appointmentId,
    messageId,
    message: 'Other words',
    userId: people.guest.id,
    reaction: '👍',
    ...(action === 'attach' && { name: 'a.pdf', contentType: 'application/pdf', size: 9, checksum }),
  };
}

/** By which doors, and with which tokens, somebody asks. */
function waysOf(name: string, who: Caller): { person: Person; asking: Asking }[] {
  const service = serviceOf(name);
  const doors = { messaging: ['function', 'edge'], speak: ['function'], extraction: ['edge'] } as const;
  const person = people[(known as readonly string[]).includes(who) ? (who as Known) : 'provider'];
  const odd = {
    anonymous: { claims: { is_anonymous: true, firebase: { sign_in_provider: 'anonymous', identities: {} } } },
    service: { token: house.product.stack.env['SUPABASE_SERVICE_ROLE_KEY'] ?? '' },
    expired: { claims: { exp: Math.floor(Date.now() / 1000) - 120 } },
  };
  const more = Object.hasOwn(odd, who) ? odd[who as keyof typeof odd] : {};
  return doors[service as keyof typeof doors].flatMap((door) =>
    (['supabase', 'firebase'] as const).map((family) => ({ person, asking: { service, door, family, ...more } })),
  );
}

/** Every row of the chat, and how often it was asked to be told elsewhere. */
async function everything(): Promise<unknown> {
  const names = await house.product.sql(`select table_name from information_schema.tables where table_schema = 'public'
    and table_name like 'chime%' order by 1`);
  const each = names.map(
    ([name]) => `select '${name}', md5(string_agg(t::text, ' ' order by t::text)) from public.${name} t`,
  );
  const rows = await house.product.sql(each.join(' union all '));
  return { rows, chime: house.chimeCalls(), spoken: spoken('SynthesizeSpeech') };
}

async function expectAll(name: string, asked: readonly (readonly [Caller, Verdict])[]): Promise<void> {
  const messages = changesOne(name) ? await sayAll() : kept;
  const before = await everything();
  for (const isGranted of [false, true]) {
    for (const [who, verdict] of asked.filter(([, [status]]) => (status === 200) === isGranted)) {
      const ways = waysOf(name, who);
      const answers = ways.map(({ person, asking }) => house.insist(person, bodyOf(name, who, messages), asking));
      const found = (await Promise.all(answers)).map(({ status, body }) =>
        status === 200 ? [200] : [status, body.code],
      );
      const isElsewhere = ({ asking: { door } }: { asking: Asking }) =>
        name.startsWith('attach') && door === 'edge' && (verdict === ok || verdict === none);
      const wanted = ways.map((way) => (isElsewhere(way) ? notHere : verdict));
      expect([who, found]).toEqual([who, wanted]);
    }
    if (!isGranted) expect(await everything()).toEqual(before);
  }
}

describe('is granted to whom it is to be granted; for others nothing is changed or told', () => {
  test.each(actions)('%s', async (name) => {
    const verdicts = table[name] ?? [];
    await expectAll(
      name,
      callers.map((who, at) => [who, verdicts[at] ?? no]),
    );
  });
});

test('whoever was removed, and whoever is of another visit, has no part in the channel', async () => {
  const listed = async (who: Known) => {
    const { channels } = await house.done(people[who], { action: 'listChannels' }, { service: 'messaging' });
    return (channels as { channelId: string }[]).some((one) => one.channelId === channelId);
  };
  const seen = await Promise.all(known.map(async (who) => [who, await listed(who)]));
  expect(seen.filter(([, isSeen]) => isSeen).map(([who]) => who)).toEqual(members);
});

describe('of a channel that is archived, what is written is refused', () => {
  beforeAll(() => chat('provider', { action: 'deleteChannel' }));
  const ofChannel = actions.filter((name) => serviceOf(name) === 'messaging' && !changesOne(name));

  test.each(ofChannel)('%s', async (name) => {
    const verdicts = members.map((who, at) => [who, table[name]?.[at] ?? no] as const);
    const isRefused = (verdict: Verdict) => verdict === ok && !afterwards.has(name);
    await expectAll(
      name,
      verdicts.map(([who, verdict]) => [who, isRefused(verdict) ? archived : verdict]),
    );
  });
});
