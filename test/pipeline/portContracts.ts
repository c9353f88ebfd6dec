import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../pipeline/audit.ts';
import { type PlaceStore, toPlaces } from '../../pipeline/edge/places.ts';
import type { AuditTrail, Documents, Intake, Tokens } from '../../pipeline/ports.ts';

/** What every adapter of a port must do, the one in memory too. Each test gets a port without any history. */

export function tokensContract(make: () => Tokens): void {
  describe('task tokens', () => {
    test('are remembered and replaced', async () => {
      const tokens = make();
      expect(await tokens.find('rec-1')).toBeUndefined();
      await tokens.remember('rec-1', 'token-1');
      await tokens.remember('rec-1', 'token-2');
      expect(await tokens.find('rec-1')).toBe('token-2');
    });

    test('of two recordings are two', async () => {
      const tokens = make();
      await tokens.remember('rec-1', 'a');
      await tokens.remember('rec-1-r2', 'b');
      expect([await tokens.find('rec-1'), await tokens.find('rec-1-r2')]).toEqual(['a', 'b']);
    });
  });
}

export function intakeContract(make: () => Intake): void {
  describe('the intake', () => {
    test('gives a fingerprint to the first that claims it, for good', async () => {
      const intake = make();
      expect(await intake.claim('f1', 'rec-1')).toEqual({ owner: 'rec-1', started: false });
      expect(await intake.claim('f1', 'rec-2')).toEqual({ owner: 'rec-1', started: false });
      await intake.markStarted('f1');
      expect(await intake.claim('f1', 'rec-1')).toEqual({ owner: 'rec-1', started: true });
      expect(await intake.claim('f1', 'rec-2')).toEqual({ owner: 'rec-1', started: true });
      expect(await intake.claim('f2', 'rec-2')).toEqual({ owner: 'rec-2', started: false });
    });

    test('passes a fingerprint on, to one recording, which is to be started and knows whom it replaces', async () => {
      const intake = make();
      await intake.claim('f1', 'rec-1');
      await intake.markStarted('f1');
      const passed = { owner: 'rec-2', started: false, replaces: 'rec-1' };
      expect(await intake.pass('f1', 'rec-1', 'rec-2')).toEqual(passed);
      expect(await intake.pass('f1', 'rec-1', 'rec-3')).toEqual(passed);
      expect(await intake.claim('f1', 'rec-1')).toEqual(passed);
      await intake.markStarted('f1');
      expect(await intake.claim('f1', 'rec-3')).toEqual({ ...passed, started: true });
    });

    test('of many at once has one owner', async () => {
      const intake = make();
      const claims = await Promise.all(Array.from({ length: 12 }, (_, n) => intake.claim('f1', `rec-${n}`)));
      expect(new Set(claims.map(({ owner }) => owner)).size).toBe(1);
    });
  });
}

export function placeStoreContract(make: () => PlaceStore): void {
  const engine = 'transcribe';
  const add = (recordingId: string, until = 100) => ({ add: { recordingId, until } });

  describe('a store of places', () => {
    test('counts the leases of each engine by itself', async () => {
      const store = make();
      expect(await store.read(engine)).toEqual({ used: 0, leases: {}, waiting: '' });
      expect(await store.change(engine, add('rec-1'))).toBeUndefined();
      expect(await store.change(engine, { ...add('rec-2', 200), waiting: 'yes' })).toBeUndefined();
      expect(await store.read(engine)).toEqual({ used: 2, leases: { 'rec-1': 100, 'rec-2': 200 }, waiting: 'yes' });
      expect(await store.read('transcribe-medical')).toEqual({ used: 0, leases: {}, waiting: '' });
      const handOver = { ...add('rec-3', 300), remove: { recordingId: 'rec-1', until: 100 } };
      expect(await store.change(engine, handOver)).toBeUndefined();
      expect(await store.change(engine, { renew: { recordingId: 'rec-3', until: 400 } })).toBeUndefined();
      expect(await store.change(engine, { remove: { recordingId: 'rec-2' }, waiting: '' })).toBeUndefined();
      expect(await store.read(engine)).toEqual({ used: 1, leases: { 'rec-3': 400 }, waiting: '' });
    });

    test.each<[string, Parameters<PlaceStore['change']>[1]]>([
      ['a lease that is there', add('rec-1')],
      ['a lease for one that has one, in exchange', { ...add('rec-1'), remove: { recordingId: 'rec-2' } }],
      ['the end of a lease that is not there', { remove: { recordingId: 'rec-9' } }],
      ['the end of a lease that was renewed', { ...add('rec-3'), remove: { recordingId: 'rec-1', until: 99 } }],
      ['a new end for a lease that is not there', { renew: { recordingId: 'rec-9', until: 1 } }],
      ['a lease when there are too many', { ...add('rec-3'), when: { below: 2 } }],
      ['a lease while others wait', { ...add('rec-3'), when: { waiting: '' } }],
      ['that the line closes, which somebody else says too', { waiting: '', when: { waiting: 'closing' } }],
      ['the word that others wait when there are places', { waiting: 'yes', when: { atLeast: 3 } }],
    ])('refuses %s, and answers how it is', async (_, change) => {
      const store = make();
      await store.change(engine, add('rec-1'));
      await store.change(engine, { ...add('rec-2'), waiting: 'yes' });
      const house = { used: 2, leases: { 'rec-1': 100, 'rec-2': 100 }, waiting: 'yes' };
      expect(await store.change(engine, change)).toEqual(house);
      expect(await store.read(engine)).toEqual(house);
    });

    test('keeps the line in the order of its turns, each recording once', async () => {
      const store = make();
      const waiter = (n: number, token = `t${n}`) => ({
        recordingId: `rec-${n}`,
        since: `2026-03-0${n}T00:00:00.000Z`,
        token,
      });
      for (const n of [3, 1, 2]) await store.join(engine, waiter(n));
      await store.join(engine, waiter(2, 'later'));
      expect(await store.line(engine, 2)).toEqual([waiter(1), waiter(2, 'later')]);
      await store.leave(engine, waiter(1));
      await store.leave(engine, waiter(2));
      expect(await store.line(engine, 9)).toEqual([waiter(2, 'later'), waiter(3)]);
      const { token: _, ...ticket } = waiter(2);
      await store.leave(engine, ticket);
      await store.leave(engine, ticket);
      expect(await store.line(engine, 9)).toEqual([waiter(3)]);
      expect(await store.line('transcribe-medical', 9)).toEqual([]);
    });
  });
}

export function placesContract(make: () => PlaceStore): void {
  const engine = 'transcribe';
  const at = new Date('2026-03-02T09:30:00.000Z');
  const ticket = (n: number) => ({ recordingId: `rec-${n}`, since: `2026-03-02T09:0${n}:00.000Z` });
  const placesOf = (places: number, store = make()) => {
    const woken: string[] = [];
    const now = { at };
    const limits = { transcribe: places, 'transcribe-medical': 1 };
    const wake = async (token: string) => void woken.push(token);
    return { store, woken, now, places: toPlaces(store, limits, () => now.at, wake) };
  };

  describe('places', () => {
    test('of many at once are taken as often as there are, once by each', async () => {
      const { places, store } = placesOf(3);
      const tickets = [0, 1, 2, 3, 4, 0, 1].map(ticket);
      const taken = await Promise.all(tickets.map((one) => places.take(engine, one, 900)));
      expect((await store.read(engine)).used).toBe(3);
      expect(taken.filter((one) => one === 'taken').length).toBeGreaterThanOrEqual(3);
    });

    test('are taken and given back for one request each while nobody waits', async () => {
      const { places, store } = placesOf(3);
      const requests: string[] = [];
      const counting = new Proxy(store, {
        get: (target, name: keyof PlaceStore) => (requests.push(name), target[name].bind(target)),
      });
      const counted = placesOf(3, counting).places;
      await counted.take(engine, ticket(1), 900);
      await counted.giveBack(engine, 'rec-1');
      expect(requests).toEqual(['change', 'change']);
      expect(await places.take(engine, ticket(2), 900)).toBe('taken');
    });

    test('pass to those who wait, the first first, whoever comes in between', async () => {
      const { places, woken } = placesOf(1);
      await places.take(engine, ticket(1), 900);
      for (const n of [3, 2]) await places.wait(engine, ticket(n), `t${n}`);
      await places.giveBack(engine, 'rec-1');
      expect(await places.take(engine, ticket(4), 900)).toBe('full');
      expect(await places.take(engine, { ...ticket(2), queued: true }, 900)).toBe('taken');
      await places.giveBack(engine, 'rec-2');
      await places.giveBack(engine, 'rec-3');
      expect(woken).toEqual(['t2', 't3']);
      expect(await places.take(engine, ticket(4), 900)).toBe('taken');
    });

    test('that were handed on by somebody who could not say so are told of when they are given back again', async () => {
      const store = make();
      const woken: string[] = [];
      const away = { times: 1 };
      const wake = async (token: string) => {
        away.times -= 1;
        if (away.times >= 0) throw new Error('away');
        woken.push(token);
      };
      const places = toPlaces(store, { transcribe: 1, 'transcribe-medical': 1 }, () => at, wake);
      await places.take(engine, ticket(1), 900);
      await places.wait(engine, ticket(2), 't2');
      await expect(places.giveBack(engine, 'rec-1')).rejects.toThrow('away');
      await places.giveBack(engine, 'rec-1');
      expect(woken).toEqual(['t2']);
      expect(await store.line(engine, 1)).toEqual([]);
    });

    test('that nobody gave back pass on when their time is over', async () => {
      const { places, woken, now } = placesOf(1);
      await places.take(engine, ticket(1), 900);
      await places.wait(engine, ticket(2), 't2');
      now.at = new Date(at.getTime() + 899_000);
      await places.wait(engine, ticket(3), 't3');
      expect(woken).toEqual([]);
      now.at = new Date(at.getTime() + 901_000);
      await places.wait(engine, ticket(3), 't3');
      expect(woken).toEqual(['t2']);
    });

    test('are not handed on until their number fits a limit that was lowered', async () => {
      const { places, store } = placesOf(3);
      for (const n of [1, 2, 3]) await places.take(engine, ticket(n), 900);
      const fewer = placesOf(2, store);
      await fewer.places.wait(engine, ticket(4), 't4');
      await fewer.places.giveBack(engine, 'rec-1');
      expect(fewer.woken).toEqual([]);
      await fewer.places.giveBack(engine, 'rec-2');
      expect(fewer.woken).toEqual(['t4']);
      expect((await store.read(engine)).used).toBe(2);
    });

    test('are all filled when a limit was raised', async () => {
      const { places, store } = placesOf(1);
      for (const n of [1, 2, 3, 4]) {
        if ((await places.take(engine, ticket(n), 900)) === 'full') await places.wait(engine, ticket(n), `t${n}`);
      }
      const more = placesOf(3, store);
      await more.places.wait(engine, ticket(4), 't4');
      expect(more.woken).toEqual(['t2', 't3']);
      const most = placesOf(9, store);
      expect(await most.places.take(engine, ticket(5), 900)).toBe('full');
    });
  });
}

export function auditContract(make: () => AuditTrail): void {
  const event = (recordingId: string, action: AuditEvent['action'] = 'RECORDING_RECEIVED'): AuditEvent => ({
    action,
    meetingId: 'm1',
    appointmentId: null,
    recordingId,
    executionArn: null,
    actor: 'test',
  });

  describe('the audit trail', () => {
    test('records an action once per recording', async () => {
      const trail = make();
      expect(await trail.record(event('rec-1'))).toBe('recorded');
      expect(await trail.record(event('rec-1'))).toBe('known');
      expect(await trail.record(event('rec-1', 'RESULTS_STORED'))).toBe('recorded');
      expect(await trail.record(event('rec-2'))).toBe('recorded');
    });

    test('records an action once per decision, where it is about one', async () => {
      const trail = make();
      const signed = (decision: string) => ({ ...event('rec-1', 'SIGNED'), decision });
      expect(await trail.record(signed('a'))).toBe('recorded');
      expect(await trail.record(signed('b'))).toBe('recorded');
      expect(await trail.record(signed('a'))).toBe('known');
    });

    test('records several actions at once, but for those that are there already', async () => {
      const trail = make();
      const [first, second, third] = [
        event('rec-1'),
        event('rec-1', 'TRANSCRIPTION_STARTED'),
        event('rec-1', 'RESULTS_STORED'),
      ];
      expect(await trail.recordAll([first, second])).toEqual(['recorded', 'recorded']);
      expect(await trail.recordAll([second, third])).toEqual(['known', 'recorded']);
      expect(await trail.recordAll([first, third])).toEqual(['known', 'known']);
    });

    test('records an action once when two steps report it at the same time', async () => {
      const trail = make();
      const outcomes = await Promise.all([1, 2, 3].map(() => trail.record(event('rec-1'))));
      expect(outcomes.toSorted()).toEqual(['known', 'known', 'recorded']);
    });
  });
}

export function documentsContract(make: () => Documents): void {
  describe('documents', () => {
    test('are read as they were written, replaced, and kept apart by their place', async () => {
      const documents = make();
      const key = 'transcripts/rec-1/a b \u{1fa7a}.json';
      expect(await documents.read('transcripts', key)).toBeUndefined();
      await documents.write('transcripts', key, 'first', 'text/plain');
      await documents.write('transcripts', key, 'e\u0301te\u0301 \u{1fa7a}', 'text/plain');
      expect(await documents.read('transcripts', key)).toBe('e\u0301te\u0301 \u{1fa7a}');
      expect(await documents.read('medicalData', key)).toBeUndefined();
    });

    test('are read by ranges of bytes, as far as they reach', async () => {
      const documents = make();
      await documents.write('transcripts', 'text', 'e\u0301 \u{1fa7a}.', 'text/plain');
      const at = (from: number, to: number) => documents.readRange('transcripts', 'text', { from, to });
      expect(await at(0, 3)).toBe('e\u0301');
      expect(await at(4, 8)).toBe('\u{1fa7a}');
      expect(await at(8, 100)).toBe('.');
      expect(await at(9, 100)).toBe('');
      expect(await documents.readRange('transcripts', 'none', { from: 0, to: 1 })).toBeUndefined();
    });

    test('may be empty', async () => {
      const documents = make();
      await documents.write('medicalData', 'empty', '', 'text/plain');
      expect(await documents.read('medicalData', 'empty')).toBe('');
      expect(await documents.read('medicalData', 'empty', 10)).toBe('');
    });

    test('are read up to a limit of bytes', async () => {
      const documents = make();
      await documents.write('transcripts', 'long', '0123456789', 'text/plain');
      expect(await documents.read('transcripts', 'long', 4)).toBe('0123');
      expect(await documents.read('transcripts', 'long', 40)).toBe('0123456789');
      expect(await documents.read('transcripts', 'none', 4)).toBeUndefined();
    });
  });
}
