import { encryption } from '../../../infra/rules.ts';
import type { Template } from '../../../infra/template.ts';
import { type Place, Resolver } from '../../../local/stack/resolver.ts';
import type { Statement } from '../../../local/services/iam/evaluate.ts';

/** Who has a role: a function by its name, or the state machine. */
export const stateMachine = 'transcription';

/** What a packaged template says of permissions, for one place. */
export interface Policies {
  /** The role of each function and of the state machine, by its logical id. */
  roleOf: ReadonlyMap<string, string>;
  /** The statements of each role. */
  roles: ReadonlyMap<string, Statement[]>;
  /** What the policies of buckets and queues deny to everybody. */
  denials: Statement[];
  /** What the policies of queues and of the key allow to a service that has no role. */
  allowedTo(service: string): Statement[];
  /** The customer key of a bucket, table, queue, secret or state machine. @throws Error when it has none */
  keyOf(arn: string): string;
  /** Where a function writes its log. */
  logGroupOf(functionName: string): string;
}

type Properties = Record<string, unknown>;

/** Resolved with the names that the embedded stack gives to what the template leaves unnamed. */
export function readPolicies(template: Template, place: Place): Policies {
  const resources = Object.fromEntries(
    Object.entries(template.Resources).map(([id, { Type, Properties = {} }]) => [id, { Type, Properties }]),
  );
  const functions = idsOf(template, 'AWS::Lambda::Function').map(toFunctionName);
  const resolver = new Resolver(resources, functions, place);
  const keys = new Map(
    Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
      const key = encryptedForCallers.has(Type) ? encryption[Type]?.(Properties) : undefined;
      return key === undefined ? [] : [[resolver.arnOf(id), String(resolver.resolve(key))]];
    }),
  );
  const own = Object.entries(resources)
    .filter(([id, { Type }]) => Type in policyOf && !id.startsWith('ServerlessDeployment'))
    .flatMap(([, { Type, Properties }]) => {
      const document = read(Properties, policyOf[Type] ?? '', 'Statement');
      return resolver.resolve(document) as Statement[];
    });
  return {
    roleOf: new Map([
      ...functions.map((name): [string, string] => [name, roleIn(resources[toId(name)]?.Properties, 'Role')]),
      ...idsOf(template, 'AWS::StepFunctions::StateMachine').map((id): [string, string] => [
        stateMachine,
        roleIn(resources[id]?.Properties, 'RoleArn'),
      ]),
    ]),
    roles: new Map(
      idsOf(template, 'AWS::IAM::Role').map((id) => [id, resolver.resolve(statementsOf(resources[id])) as Statement[]]),
    ),
    denials: own.filter(({ Effect }) => Effect === 'Deny'),
    allowedTo: (service) =>
      own
        .filter(({ Effect, Principal }) => Effect === 'Allow' && servicesIn(Principal).includes(service))
        .map((statement) => ({ ...statement, Principal: '*' })),
    keyOf: (arn) => keys.get(arn) ?? refuse(`${arn} has no customer key`),
    logGroupOf: (name) => `/aws/lambda/${String(resources[toId(name)]?.Properties['FunctionName'])}`,
  };
}

/** What needs its caller's right to the key, not only the service's own. */
const encryptedForCallers: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::Table',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
]);

/** By type: where a resource's own policy is. */
const policyOf: Readonly<Record<string, string>> = {
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
};

const servicesIn = (principal: unknown) => [read(principal, 'Service') ?? []].flat();

function idsOf({ Resources }: Template, type: string): string[] {
  return Object.keys(Resources).filter((id) => Resources[id]?.Type === type);
}

const suffix = 'LambdaFunction';
const toFunctionName = (id: string) => `${id.charAt(0).toLowerCase()}${id.slice(1, -suffix.length)}`;
const toId = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}${suffix}`;

function roleIn(properties: Properties | undefined, name: string): string {
  const role = read(properties, name, 'Fn::GetAtt', '0');
  return typeof role === 'string' ? role : refuse(`${name} is no role of the template`);
}

function statementsOf(role: { Properties: Properties } | undefined): unknown[] {
  const { AssumeRolePolicyDocument: _, Policies = [], ...others } = role?.Properties ?? {};
  const [other] = Object.keys(others);
  if (other !== undefined) refuse(`a role's ${other} is not known`);
  return (Policies as object[]).flatMap((policy) => read(policy, 'PolicyDocument', 'Statement') as unknown[]);
}

function read(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((at, name) => (at as Properties | undefined)?.[name], value);
}

function refuse(what: string): never {
  throw new Error(what);
}
