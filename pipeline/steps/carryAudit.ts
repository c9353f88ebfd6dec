import type { NotedEvent } from '../audit.ts';
import { lambda, type Step } from '../edge/lambda.ts';
import type { Ports } from '../ports.ts';

/** As many as one invocation carries in half of its time, each in a transaction of its own. */
const most = 200;

/** Longer than this, something is wrong: it is carried every minute. */
const lateMs = 10 * 60_000;

/**
 * Carries what the database noted of the clinicians' decisions into the trail, each once: signing and releasing never
 * wait for the trail. An event is marked after it is recorded, so one that was recorded and not marked is found there.
 */
export const carryAudit: Step<unknown, { carried: number }> = (ports) => async () => {
  const waiting = await ports.outbox.waiting(most);
  const isLate = ({ at }: NotedEvent) => ports.now().getTime() - Date.parse(at) > lateMs;
  ports.measure('', 'AuditNotCarried', waiting.filter(isLate).length);
  let failure: unknown;
  for (const noted of waiting) {
    // One meeting whose chain is busy holds up no other.
    await carry(ports, noted).catch((error: unknown) => {
      failure ??= error;
    });
  }
  if (failure !== undefined) throw failure;
  await ports.outbox.trim();
  return { carried: waiting.length };
};

async function carry(ports: Ports, { event, at }: NotedEvent): Promise<void> {
  await ports.audit.record({ ...event, detail: { ...event.detail, at } });
  await ports.outbox.markCarried(event.decision);
}

export const handler = lambda('carryAudit', carryAudit);
