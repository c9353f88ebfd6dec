import { isIntrinsic, type Template } from './template.ts';

/** What AWS takes for a name, by the property that it is given in. A longer one fails only when it is deployed. */
const limits: Readonly<Record<string, { most: number; pattern?: RegExp }>> = {
  BucketName: { most: 63, pattern: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/ },
  FunctionName: { most: 64 },
  RoleName: { most: 64 },
  UserName: { most: 64 },
  QueueName: { most: 80 },
  StateMachineName: { most: 80 },
  TableName: { most: 255 },
  TopicName: { most: 256 },
  AlarmName: { most: 255 },
  DashboardName: { most: 255 },
  LogGroupName: { most: 512 },
};

/**
 * Finds names that AWS would refuse, one line per fault: they grow with the stage and the region.
 * @param region where the stack will be
 */
export function checkNames({ Resources }: Template, region: string): string[] {
  return Object.entries(Resources).flatMap(([id, { Properties = {} }]) =>
    Object.entries(limits).flatMap(([property, { most, pattern }]) => {
      const name = named(Properties[property], region);
      if (name === undefined || (name.length <= most && (pattern?.test(name) ?? true))) return [];
      return [
        `${id}: the ${property} ${name} has ${name.length} characters, of at most ${most}, or one that may not be`,
      ];
    }),
  );
}

/** A name as it will be, in an account like any other; undefined where it is not told by the template. */
function named(value: unknown, region: string): string | undefined {
  const text = isIntrinsic(value) ? (value as Record<string, unknown>)['Fn::Sub'] : value;
  if (typeof text !== 'string') return undefined;
  const filled = text.replaceAll('${AWS::AccountId}', '1'.repeat(12)).replaceAll('${AWS::Region}', region);
  return filled.includes('${') ? undefined : filled;
}
