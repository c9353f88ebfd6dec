import * as v from 'valibot';
import type { ApiDestination } from '../services/eventBridge/apiDestinations.ts';
import type { Target } from '../services/eventBridge/rule.ts';
import { missing, type Resolver, type Resource } from './resolver.ts';

/** What the embedded stack does with these resources is what their properties say. */
const Connection = v.strictObject({
  Name: v.string(),
  AuthorizationType: v.literal('API_KEY'),
  AuthParameters: v.strictObject({
    ApiKeyAuthParameters: v.strictObject({ ApiKeyName: v.string(), ApiKeyValue: v.string() }),
    InvocationHttpParameters: v.strictObject({
      HeaderParameters: v.array(v.strictObject({ Key: v.string(), Value: v.string(), IsValueSecret: v.boolean() })),
    }),
  }),
});
const Destination = v.strictObject({
  Name: v.string(),
  ConnectionArn: v.string(),
  HttpMethod: v.literal('POST'),
  InvocationEndpoint: v.string(),
  InvocationRateLimitPerSecond: v.number(),
});
const RuleTarget = v.strictObject({
  Id: v.string(),
  Arn: v.string(),
  RoleArn: v.optional(v.string()),
  RetryPolicy: v.optional(v.strictObject({ MaximumEventAgeInSeconds: v.number(), MaximumRetryAttempts: v.number() })),
  DeadLetterConfig: v.optional(v.strictObject({ Arn: v.string() })),
});

/** Where events are sent over HTTP, with the header that says from whom they are. Addresses begin at that of the project. */
export function toDestinations(resources: Readonly<Record<string, Resource>>, resolver: Resolver): ApiDestination[] {
  const ofType = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);
  const connections = new Map(
    ofType('AWS::Events::Connection').map(([id, { Properties }]) => {
      const { AuthParameters } = v.parse(Connection, resolver.resolve(Properties));
      const { ApiKeyAuthParameters: key, InvocationHttpParameters: more } = AuthParameters;
      const headers = more.HeaderParameters.map(({ Key, Value }) => [Key, Value] as const);
      return [resolver.arnOf(id), Object.fromEntries([[key.ApiKeyName, key.ApiKeyValue], ...headers])] as const;
    }),
  );
  return ofType('AWS::Events::ApiDestination').map(([id, { Properties }]) => {
    const { ConnectionArn, InvocationEndpoint: url, ...other } = v.parse(Destination, resolver.resolve(Properties));
    const headers = connections.get(ConnectionArn) ?? missing(`there is no connection ${ConnectionArn}`);
    return { arn: resolver.arnOf(id), url, headers, perSecond: other.InvocationRateLimitPerSecond };
  });
}

/** The same with the secret itself, and under the address of a project. */
export function reachable(
  { url, headers, ...other }: ApiDestination,
  base: string,
  secrets: Readonly<Record<string, string>>,
): ApiDestination {
  const open = ([name, value]: [string, string]) => {
    const [, arn] = /^\{\{resolve:secretsmanager:(.+)\}\}$/.exec(value) ?? [];
    return [name, arn === undefined ? value : (secrets[arn] ?? missing(`there is no secret ${arn}`))];
  };
  const opened = Object.fromEntries(Object.entries(headers).map(open)) as Record<string, string>;
  return { ...other, url: `${base}${url}`, headers: opened };
}

export function toTargets(targets: unknown): Target[] {
  return v.parse(v.array(RuleTarget), targets).map(({ Arn: arn, RoleArn, RetryPolicy, DeadLetterConfig }) => ({
    arn,
    ...(RoleArn !== undefined && { roleArn: RoleArn }),
    ...(DeadLetterConfig && { deadLetterArn: DeadLetterConfig.Arn }),
    ...(RetryPolicy && {
      retries: { seconds: RetryPolicy.MaximumEventAgeInSeconds, attempts: RetryPolicy.MaximumRetryAttempts },
    }),
  }));
}
