import type { PublicRoute } from '../../apiPorts.ts';
import { toReport } from '../../health.ts';
import type { HealthPorts } from '../../healthPorts.ts';

/** Whether everything that a visit needs answers: for monitors, and for apps that have another endpoint to turn to. */
export const report: PublicRoute<HealthPorts> = (ports) => async (caller) => {
  const body = toReport(await ports.probe(), caller && ports.details);
  return { status: body.status === 'ok' ? 200 : 503, body };
};
