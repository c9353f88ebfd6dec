import { expect, test } from 'vitest';
import type { NotedEvent } from '../../../pipeline/audit.ts';
import { carryAudit } from '../../../pipeline/steps/carryAudit.ts';
import { portsOfVisit } from '../visit.ts';

const noted = (decision: string, at = '2026-03-04T10:29:00.000Z', meetingId = 'm1'): NotedEvent => ({
  event: {
    action: 'SIGNED',
    meetingId,
    appointmentId: null,
    recordingId: 'rec-1',
    executionArn: null,
    actor: 'user-1',
    decision,
    detail: { revision: 3 },
  },
  at,
});

test('carries each decision into the trail, with the time at which it was made, and marks it after', async () => {
  const ports = portsOfVisit();
  ports.kept.noted.push(noted('a'), noted('b'));
  expect(await carryAudit(ports)({})).toEqual({ carried: 2 });
  expect([...ports.kept.audit.values()].map(({ decision, detail }) => [decision, detail])).toEqual([
    ['a', { revision: 3, at: '2026-03-04T10:29:00.000Z' }],
    ['b', { revision: 3, at: '2026-03-04T10:29:00.000Z' }],
  ]);
  expect(ports.kept.noted).toEqual([]);
  expect(ports.kept.effects).toEqual([
    'audit.record SIGNED',
    'outbox.markCarried a',
    'audit.record SIGNED',
    'outbox.markCarried b',
    'outbox.trim',
  ]);
});

test('one that was recorded and not marked is carried once', async () => {
  const ports = portsOfVisit();
  ports.kept.noted.push(noted('a'));
  await carryAudit(ports)({});
  ports.kept.noted.push(noted('a'));
  await carryAudit(ports)({});
  expect(ports.kept.audit.size).toBe(1);
  expect(ports.kept.noted).toEqual([]);
});

test('a chain that is busy holds up no other, and the step fails, so that it shows', async () => {
  const ports = portsOfVisit();
  const { audit } = ports;
  ports.audit = {
    ...audit,
    record: (event) =>
      event.meetingId === 'busy' ? Promise.reject(new Error('the chain is contended')) : audit.record(event),
  };
  ports.kept.noted.push(noted('a', undefined, 'busy'), noted('b'));
  await expect(carryAudit(ports)({})).rejects.toThrow('contended');
  expect(ports.kept.noted.map(({ event }) => event.decision)).toEqual(['a']);
});

test.each([
  ['a minute ago', 60, 0],
  ['eleven minutes ago', 660, 1],
])('a decision of %s counts as late %d times: %d', async (_, seconds, late) => {
  const ports = portsOfVisit();
  ports.kept.noted.push(noted('a', new Date(ports.now().getTime() - seconds * 1000).toISOString()));
  await carryAudit(ports)({});
  expect(ports.kept.measured).toEqual([['AuditNotCarried', late]]);
});
