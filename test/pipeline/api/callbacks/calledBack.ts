import type { CallbackPorts } from '../../../../pipeline/callbackPorts.ts';
import type { CallPorts } from '../../../../pipeline/callPorts.ts';

export const accountId = '111122223333';

/** The ports of a callback over those of a call. */
export function portsOfCallback({ config, ...ports }: CallPorts): CallbackPorts {
  return {
    ...ports,
    config: { ...config, callbackSecrets: [], accountId },
    callers: { identify: async () => undefined },
  };
}

/** Chime's event in its envelope, as EventBridge sends it. */
export const calledBack = (eventType: string, detail: object = {}, envelope: object = {}) => ({
  version: '0',
  id: '5ee6265a-0a40-104e-d8a5-a6d5b2b1f9a1',
  'detail-type': 'Chime Meeting State Change',
  source: 'aws.chime',
  account: accountId,
  time: '2026-11-28T09:00:00Z',
  region: 'eu-central-1',
  resources: [],
  detail: {
    version: '0',
    eventType,
    timestamp: Date.parse('2026-11-28T09:00:00.000Z'),
    meetingId: 'meeting-1',
    ...detail,
  },
  ...envelope,
});
