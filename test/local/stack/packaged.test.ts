import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Resource, Resolver } from '../../../local/stack/resolver.ts';
import { readDeployment } from '../../../local/stack/template.ts';
import { packageTemplate } from '../../infra/packaged.ts';

/** The embedded stack runs what is packaged: everything that it reads of the deployment is in the template, and equal. */
const place = { stage: 'local', region: 'eu-west-1', accountId: '111122223333' };
const embedded = readDeployment('.', place, { callbacks: 'on' });

let resources: Record<string, Resource>;
let resolver: Resolver;

beforeAll(async () => {
  // Where Supabase is, each says for itself.
  for (const name of ['SUPABASE_URL', 'SUPABASE_ANON_KEY', 'SUPABASE_ISSUER', 'FIREBASE_PROJECT_ID'])
    vi.stubEnv(name, '');
  const { Resources } = await packageTemplate(place);
  const filled = Object.entries(Resources).map(
    ([id, { Type, Properties = {} }]) => [id, { Type, Properties }] as const,
  );
  resources = Object.fromEntries(filled);
  resolver = new Resolver(
    resources,
    embedded.functions.map(({ name }) => name),
    place,
  );
});
afterAll(() => {
  vi.unstubAllEnvs();
});

/** The resources of a type, osls's own bucket left out. */
const ofType = (type: string): ({ id: string } & Record<string, unknown>)[] =>
  Object.entries(resources)
    .filter(([id, { Type }]) => Type === type && id !== 'ServerlessDeploymentBucket')
    .map(([id, { Properties }]) => ({ id, ...Properties }));
const resolve = <T>(value: unknown) => resolver.resolve(value) as T;
const sorted = <T extends { name: unknown }>(all: readonly T[]) =>
  all.toSorted((a, b) => String(a.name).localeCompare(String(b.name)));

test('the state machine, with its retries and the functions that it calls', () => {
  const [machine] = ofType('AWS::StepFunctions::StateMachine');
  const substitutions = Object.entries(resolve<Record<string, string>>(machine?.['DefinitionSubstitutions']));
  const definition = substitutions.reduce(
    (text, [name, arn]) => text.replaceAll(`\${${name}}`, arn),
    JSON.stringify(machine?.['Definition']),
  );
  expect(substitutions.length).toBeGreaterThan(0);
  expect(JSON.parse(embedded.stateMachine.definition)).toEqual(JSON.parse(definition));
  expect(embedded.stateMachine.name).toBe(resolve(machine?.['StateMachineName']));
});

const queueOf = (mapping: Record<string, unknown>) => ({
  arn: resolve(mapping['EventSourceArn']),
  batchSize: mapping['BatchSize'],
  maximumConcurrency: (mapping['ScalingConfig'] as Record<string, unknown>)['MaximumConcurrency'],
});

function streamOf(mapping: Record<string, unknown>) {
  expect(mapping).toMatchObject({ StartingPosition: 'TRIM_HORIZON', BisectBatchOnFunctionError: true });
  const { DestinationConfig } = mapping as { DestinationConfig: { OnFailure: { Destination: unknown } } };
  return {
    table: resolve({ Ref: 'AuditTable' }),
    arn: resolve(mapping['EventSourceArn']),
    batchSize: mapping['BatchSize'],
    batchWindow: mapping['MaximumBatchingWindowInSeconds'],
    maximumRecordAge: mapping['MaximumRecordAgeInSeconds'],
    deadLetterArn: resolve(DestinationConfig.OnFailure.Destination),
  };
}

/** The routes whose integration calls a function. */
function routesOf(functionId: string): unknown[] {
  const [integration] = ofType('AWS::ApiGatewayV2::Integration').filter(({ IntegrationUri }) =>
    JSON.stringify(IntegrationUri).includes(`"${functionId}"`),
  );
  return ofType('AWS::ApiGatewayV2::Route')
    .filter(({ Target }) => integration && JSON.stringify(Target).includes(`"${integration.id}"`))
    .map(({ RouteKey }) => RouteKey);
}

/** Rules that wait for no event. */
const schedules = () => ofType('AWS::Events::Rule').filter(({ ScheduleExpression }) => ScheduleExpression);

/** The minutes of the rule that starts a function by itself. */
function rateOf(functionId: string): { everyMinutes?: number } {
  const rule = schedules().find(({ Targets }) => JSON.stringify(Targets).includes(`"${functionId}"`));
  return rule ? { everyMinutes: Number(/\d+/.exec(String(rule['ScheduleExpression']))?.[0]) } : {};
}

test('the functions, with their handlers, limits, environments, queues, streams, routes and schedules', () => {
  const mappings = ofType('AWS::Lambda::EventSourceMapping').map((mapping) => ({
    name: resolver.arnOf((mapping['FunctionName'] as { 'Fn::GetAtt': [string] })['Fn::GetAtt'][0]),
    ...(mapping['ScalingConfig'] ? { queue: queueOf(mapping) } : { stream: streamOf(mapping) }),
  }));
  const functions = ofType('AWS::Lambda::Function').map(({ id, Handler, Timeout, MemorySize, Environment }) => ({
    name: resolver.arnOf(id),
    handler: Handler,
    timeoutSeconds: Timeout,
    memoryMb: MemorySize,
    environment: resolve((Environment as Record<string, unknown>)['Variables']),
    ...mappings.find(({ name }) => name === resolver.arnOf(id)),
    routes: routesOf(id),
    ...rateOf(id),
  }));
  const run = embedded.functions.map(({ arn, environment, ...spec }) => ({
    ...spec,
    name: arn,
    environment: { ...embedded.environment, ...environment },
  }));
  expect(mappings).toHaveLength(5);
  expect(functions.flatMap(({ routes }) => routes)).toHaveLength(ofType('AWS::ApiGatewayV2::Route').length);
  expect(sorted(run)).toEqual(sorted(functions));
});

test('the HTTP API, with its limits and what it tells pages', () => {
  const [stage] = ofType('AWS::ApiGatewayV2::Stage');
  const { rate, burst } = embedded.api.throttle;
  expect(stage?.['DefaultRouteSettings']).toMatchObject({ ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst });
  const [api] = ofType('AWS::ApiGatewayV2::Api');
  const { allowedOrigins, allowedHeaders, allowedMethods, maxAge } = embedded.api.cors;
  expect(api?.['CorsConfiguration']).toEqual({
    AllowOrigins: allowedOrigins,
    AllowHeaders: allowedHeaders,
    AllowMethods: allowedMethods,
    MaxAge: maxAge,
  });
});

test('the buckets, tables, queues and rules', () => {
  const named = (type: string) => ofType(type).map(({ id }) => resolver.nameOf(id));
  expect(embedded.buckets.map(({ name }) => name).toSorted()).toEqual(named('AWS::S3::Bucket').toSorted());
  expect(sorted(embedded.tables)).toEqual(
    sorted(
      ofType('AWS::DynamoDB::Table').map(({ id, ...properties }) => ({
        name: resolver.nameOf(id),
        properties: resolve(properties),
      })),
    ),
  );
  expect(sorted(embedded.queues.map(({ name, visibilityTimeout }) => ({ name, visibilityTimeout })))).toEqual(
    sorted(
      ofType('AWS::SQS::Queue').map(({ id, VisibilityTimeout = 30 }) => ({
        name: resolver.nameOf(id),
        visibilityTimeout: VisibilityTimeout,
      })),
    ),
  );
  const patterned = ofType('AWS::Events::Rule').filter(({ EventPattern }) => EventPattern !== undefined);
  expect(patterned.length + schedules().length).toBe(ofType('AWS::Events::Rule').length);
  expect(sorted(embedded.rules.map(({ name, pattern }) => ({ name, pattern })))).toEqual(
    sorted(patterned.map(({ id, EventPattern }) => ({ name: resolver.nameOf(id), pattern: resolve(EventPattern) }))),
  );
});
