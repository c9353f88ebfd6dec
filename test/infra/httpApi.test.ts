import { beforeAll, describe, expect, test } from 'vitest';
import { checkRules } from '../../infra/rules.ts';
import type { Template } from '../../infra/template.ts';
import { toDoor } from '../../pipeline/edge/http.ts';
import { ofType, packageTemplate, propertiesOf } from './packaged.ts';

let packaged: Template;
beforeAll(async () => {
  packaged = await packageTemplate({ stage: 'prod', region: 'eu-west-1', parameters: ['apiRate=7', 'apiBurst=9'] });
});

describe('the stage', () => {
  const settings = () => propertiesOf(packaged, 'HttpApiStage');

  test('slows a flood down as its parameters say', () => {
    const { ThrottlingRateLimit, ThrottlingBurstLimit } = settings()['DefaultRouteSettings'] as Record<string, unknown>;
    expect([Number(ThrottlingRateLimit), Number(ThrottlingBurstLimit)]).toEqual([7, 9]);
  });

  test('logs in a line of JSON what was asked and answered, and nothing of who and what', () => {
    const { DestinationArn, Format } = settings()['AccessLogSettings'] as { DestinationArn: object; Format: string };
    expect(DestinationArn).toEqual({ 'Fn::GetAtt': ['HttpApiLogGroup', 'Arn'] });
    const fields = JSON.parse(Format) as Record<string, string>;
    expect(Object.values(fields).toSorted()).toEqual([
      '$context.integrationErrorMessage',
      '$context.integrationStatus',
      '$context.requestId',
      '$context.requestTime',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
  });
});

test('functions are called in the format 2.0, by this API alone', () => {
  const integrations = ofType(packaged, 'AWS::ApiGatewayV2::Integration');
  const permissions = ofType(packaged, 'AWS::Lambda::Permission').filter(
    ([, { Properties }]) => Properties?.['Principal'] === 'apigateway.amazonaws.com',
  );
  const formats = integrations.map(([, { Properties }]) => Properties?.['PayloadFormatVersion']);
  expect(formats).toEqual(['2.0', '2.0', '2.0', '2.0', '2.0']);
  expect(permissions).toHaveLength(integrations.length);
  for (const [, { Properties }] of permissions) {
    expect(Properties).toMatchObject({ Action: 'lambda:InvokeFunction' });
    expect(JSON.stringify(Properties?.['SourceArn'])).toContain('{"Ref":"HttpApi"},"/*"');
  }
});

test('beside it, rules that the stack has made may call functions', () => {
  const others = ofType(packaged, 'AWS::Lambda::Permission').filter(
    ([, { Properties }]) => Properties?.['Principal'] !== 'apigateway.amazonaws.com',
  );
  for (const [, { Properties }] of others) {
    const { SourceArn } = Properties as { SourceArn: { 'Fn::GetAtt': string[] } };
    const [rule = ''] = SourceArn['Fn::GetAtt'];
    expect(Properties?.['Principal']).toBe('events.amazonaws.com');
    expect(propertiesOf(packaged, rule)['ScheduleExpression']).toMatch(/^rate\(/);
  }
});

test('no function may take as long as the API waits', () => {
  const seconds = Number(propertiesOf(packaged, 'ReadingLambdaFunction')['Timeout']);
  expect(seconds).toBeLessThan(30);
});

test('the API and the door say the same to a page', async () => {
  const door = toDoor([], { log: () => {}, callers: { identify: () => Promise.reject(new Error('nobody')) } });
  const { headers } = await door(new Request('https://api.example.org/', { method: 'OPTIONS' }));
  const cors = propertiesOf(packaged, 'HttpApi')['CorsConfiguration'] as Record<string, string[]>;
  const listed = (name: string) => headers.get(name)?.split(', ').toSorted();
  expect(listed('access-control-allow-headers')).toEqual(cors['AllowHeaders']?.toSorted());
  expect(listed('access-control-allow-methods')).toEqual(cors['AllowMethods']?.toSorted());
  expect(listed('access-control-allow-origin')).toEqual(cors['AllowOrigins']);
  expect(Number(headers.get('access-control-max-age'))).toBe(Number(cors['MaxAge']));
});

describe('a key in the environment', () => {
  const faultsWith = (name: string, value: unknown) => {
    const changed = structuredClone(packaged);
    const environment = propertiesOf(changed, 'ReadingLambdaFunction')['Environment'] as {
      Variables: Record<string, unknown>;
    };
    environment.Variables[name] = value;
    return checkRules(changed);
  };

  test('that everybody knows may be there', () => expect(faultsWith('SUPABASE_ANON_KEY', 'public')).toEqual([]));

  test.each(['SUPABASE_JWT_SECRET', 'SUPABASE_SERVICE_ROLE_KEY'])('%s may not', (name) => {
    expect(faultsWith(name, 'hush')).toEqual([
      'ReadingLambdaFunction (AWS::Lambda::Function) has a secret in its environment',
    ]);
  });
});
