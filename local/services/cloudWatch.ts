import * as v from 'valibot';
import type { Clock } from './clock.ts';
import { type JsonService, ServiceError } from './jsonService.ts';
import { notSupported, readRequest } from './readRequest.ts';

export interface AlarmSpec {
  name: string;
  description: string;
  /** Whether it rings anywhere. */
  hasActions: boolean;
}

const states = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;

const requests = {
  DescribeAlarms: v.strictObject({
    AlarmNamePrefix: v.optional(v.string(), ''),
    StateValue: v.optional(v.picklist(states)),
    MaxRecords: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 50),
    NextToken: v.optional(v.string(), '0'),
    ActionPrefix: notSupported,
    AlarmNames: notSupported,
    AlarmTypes: notSupported,
    ChildrenOfAlarmName: notSupported,
    ParentsOfAlarmName: notSupported,
  }),
  SetAlarmState: v.strictObject({
    AlarmName: v.string(),
    StateValue: v.picklist(states),
    StateReason: v.string(),
    StateReasonData: notSupported,
  }),
};

/**
 * CloudWatch, as far as an operator looks at alarms, or tries one. No metric is measured here: an alarm has no data until
 * somebody sets its state, and it stays as it was set.
 */
export function createCloudWatch({ clock, alarms }: { clock: Clock; alarms: readonly AlarmSpec[] }): JsonService {
  const start = clock.now();
  const known = alarms.map((spec) => ({
    ...spec,
    state: 'INSUFFICIENT_DATA' as (typeof states)[number],
    reason: 'Unchecked: Initial alarm creation',
    since: start,
  }));
  return {
    target: 'GraniteServiceVersion20100801',
    protocol: '1.0',
    operations: {
      DescribeAlarms(input) {
        const request = readRequest('DescribeAlarms', requests.DescribeAlarms, input, 'ValidationError');
        const { AlarmNamePrefix: prefix, StateValue: state, MaxRecords: size } = request;
        const found = known
          .filter((alarm) => alarm.name.startsWith(prefix) && (state === undefined || alarm.state === state))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1));
        const from = Number(request.NextToken);
        return {
          MetricAlarms: found.slice(from, from + size).map((alarm) => ({
            AlarmName: alarm.name,
            AlarmDescription: alarm.description,
            ActionsEnabled: true,
            AlarmActions: alarm.hasActions ? ['alarms'] : [],
            StateValue: alarm.state,
            StateReason: alarm.reason,
            StateUpdatedTimestamp: Math.floor(alarm.since / 1000),
          })),
          ...(found.length > from + size && { NextToken: String(from + size) }),
        };
      },
      SetAlarmState(input) {
        const request = readRequest('SetAlarmState', requests.SetAlarmState, input, 'ValidationError');
        const alarm = known.find(({ name }) => name === request.AlarmName);
        if (!alarm) throw new ServiceError('ResourceNotFound', `Alarm ${request.AlarmName} does not exist`, 404);
        Object.assign(alarm, { state: request.StateValue, reason: request.StateReason, since: clock.now() });
        return {};
      },
    },
  };
}
