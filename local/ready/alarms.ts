import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { counted } from '../commandLine.ts';
import type { Place } from './place.ts';
import type { Question } from './question.ts';

/** That every alarm of the template is there, rings somewhere, and does not ring now. */
export function askAlarms(place: Place): Question[] {
  const wanted = place.declared.declared
    .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
    .map(({ properties }) => String(properties['AlarmName']));
  const what = counted(wanted.length, 'alarm');
  const asked = 'cloudwatch:DescribeAlarms';
  return [
    {
      topic: 'alarms',
      what,
      asked,
      wanted: 'all there, and each with an action',
      todo: 'deploy again; aws cloudwatch enable-alarm-actions where somebody silenced one',
      async ask() {
        const alarms = new Map((await readAlarms(place)).map((alarm) => [alarm.AlarmName, alarm]));
        const mute = wanted.filter((name) => !rings(alarms.get(name)));
        return {
          found: mute.length === 0 ? 'all there' : `missing or silenced: ${mute.join(', ')}`,
          right: mute.length === 0,
        };
      },
    },
    {
      topic: 'alarms',
      what,
      asked,
      wanted: 'none is open',
      todo: 'the section of RUNBOOK.md that is named like the alarm',
      async ask() {
        const open = (await readAlarms(place)).filter(({ StateValue }) => StateValue === 'ALARM');
        const told = open.map(
          ({ AlarmName, StateUpdatedTimestamp: since }) =>
            `${AlarmName} since ${since?.toISOString().slice(0, 16) ?? 'unknown'}Z`,
        );
        return { found: told.join(', ') || 'none is open', right: open.length === 0 };
      },
    },
  ];
}

const rings = (alarm: MetricAlarm | undefined) =>
  alarm?.ActionsEnabled === true && (alarm.AlarmActions ?? []).length > 0;

async function readAlarms({ stage, services: { cloudWatch } }: Place): Promise<MetricAlarm[]> {
  const alarms: MetricAlarm[] = [];
  const pages = paginateDescribeAlarms({ client: cloudWatch }, { AlarmNamePrefix: `medzen-${stage}-` });
  for await (const { MetricAlarms = [] } of pages) alarms.push(...MetricAlarms);
  return alarms;
}
