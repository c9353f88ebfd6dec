import type { Resource } from './resolver.ts';

/** A resource of the template, by its logical id, with its properties resolved. */
export interface Declared {
  id: string;
  type: string;
  properties: Readonly<Record<string, unknown>>;
}

/** The types whose settings the services are asked for. */
const described = [
  'AWS::CloudWatch::Alarm',
  'AWS::IAM::User',
  'AWS::KMS::Alias',
  'AWS::KMS::Key',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
];

/** The resources that are described as the template has them, whatever they do here. */
export function toDeclared(
  resources: Readonly<Record<string, Resource>>,
  resolve: <T>(value: unknown) => T,
): Declared[] {
  return Object.entries(resources)
    .filter(([, { Type }]) => described.includes(Type))
    .map(([id, { Type, Properties }]) => ({ id, type: Type, properties: resolve(pick(Type, Properties)) }));
}

/** Of an alarm and a user little more than the name: metrics, topics and permissions do not exist here. */
function pick(type: string, properties: Record<string, unknown>): Record<string, unknown> {
  if (type === 'AWS::IAM::User') return { UserName: properties['UserName'] };
  if (type !== 'AWS::CloudWatch::Alarm') return properties;
  const { AlarmName, AlarmDescription, AlarmActions = [] } = properties;
  return { AlarmName, AlarmDescription, hasActions: Array.isArray(AlarmActions) && AlarmActions.length > 0 };
}
