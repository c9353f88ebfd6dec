import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../pipeline/audit.ts';
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
