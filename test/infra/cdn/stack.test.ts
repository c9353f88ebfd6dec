import { beforeAll, describe, expect, test } from 'vitest';
import { checkAlarmEmail } from '../../../infra/parameters.ts';
import { stackFor } from '../../../infra/regions.ts';
import { checkRules, statementsOf } from '../../../infra/rules.ts';
import { checkSpecification } from '../../../infra/specification.ts';
import type { Template } from '../../../infra/template.ts';
import { ofType, packageTemplate, type Properties, propertiesOf } from '../packaged.ts';

const sdk = { name: 'chime-sdk-1.2.3-01234567.min.js', integrity: 'sha384-abc' };
let packaged: Template;
beforeAll(async () => {
  packaged = await packageTemplate({ stage: 'prod', region: 'us-east-1', sdk });
});

const configOf = (id: string, config: string) => propertiesOf(packaged, id)[config] as Properties;

test('the stack has no fault, and nothing of the workflow', () => {
  expect([...checkSpecification(packaged), ...checkRules(packaged)]).toEqual([]);
  const types = new Set(Object.values(packaged.Resources).map(({ Type }) => Type));
  expect(['AWS::Lambda::Function', 'AWS::IAM::Role', 'AWS::SQS::Queue'].filter((type) => types.has(type))).toEqual([]);
});

test.each(['eu-central-1', 'eu-west-1'])('it is refused in %s, where its alarms would never ring', (region) => {
  expect(() => stackFor({ region, sdk })).toThrow("the CDN's stack is in us-east-1");
});

test('it is not deployed for a stage whose alarms nobody would hear', () => {
  expect(() => checkAlarmEmail('prod', [], 'infra/cdn/serverless.yml')).toThrow('nobody would hear');
});

test('its outputs are what the API and the edge functions are told', () => {
  const outputs = Object.entries(packaged.Outputs ?? {}).map(([name, output]) => [
    name,
    (output as Properties)['Value'],
  ]);
  expect(Object.fromEntries(outputs)).toMatchObject({
    SdkUrl: { 'Fn::Sub': `https://\${SdkDistribution.DomainName}/${sdk.name}` },
    SdkIntegrity: sdk.integrity,
    DistributionId: { Ref: 'SdkDistribution' },
    AssetsBucket: { Ref: 'SdkAssetsBucket' },
  });
});

describe('the bucket', () => {
  test('has the name that is known, unless a deployment says another', async () => {
    expect(propertiesOf(packaged, 'SdkAssetsBucket')['BucketName']).toBe('medzen-chime-sdk-assets-prod');
    const order = { stage: 'prod', region: 'us-east-1', sdk, parameters: ['assetsBucket=tenant-chime-sdk'] };
    expect(propertiesOf(await packageTemplate(order), 'SdkAssetsBucket')['BucketName']).toBe('tenant-chime-sdk');
  });

  test('is read by this distribution alone, and over TLS', () => {
    const objects = { 'Fn::Sub': '${SdkAssetsBucket.Arn}/*' };
    const [tls, ...others] = statementsOf(propertiesOf(packaged, 'SdkAssetsBucketPolicy')['PolicyDocument']);
    expect(tls).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(others).toEqual([
      {
        Sid: 'distribution',
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: objects,
        Condition: {
          StringEquals: {
            'AWS:SourceArn': {
              'Fn::Sub': 'arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${SdkDistribution}',
            },
          },
        },
      },
    ]);
    const [origin] = configOf('SdkDistribution', 'DistributionConfig')['Origins'] as Properties[];
    expect(origin).toMatchObject({
      DomainName: { 'Fn::GetAtt': ['SdkAssetsBucket', 'RegionalDomainName'] },
      OriginAccessControlId: { 'Fn::GetAtt': ['SdkOriginAccess', 'Id'] },
      S3OriginConfig: { OriginAccessIdentity: '' },
    });
    expect(configOf('SdkOriginAccess', 'OriginAccessControlConfig')).toMatchObject({
      OriginAccessControlOriginType: 's3',
      SigningBehavior: 'always',
      SigningProtocol: 'sigv4',
    });
  });

  test('keeps its files when they are old, so that one can go back to them', () => {
    const { Rules } = propertiesOf(packaged, 'SdkAssetsBucket')['LifecycleConfiguration'] as { Rules: Properties[] };
    expect(Rules.filter((rule) => 'ExpirationInDays' in rule)).toEqual([]);
  });
});

test('the distribution is near Africa, speaks HTTP/3, and takes what a page may ask', () => {
  expect(configOf('SdkDistribution', 'DistributionConfig')).toMatchObject({
    Enabled: true,
    HttpVersion: 'http2and3',
    PriceClass: 'PriceClass_200',
    DefaultCacheBehavior: {
      ViewerProtocolPolicy: 'redirect-to-https',
      AllowedMethods: ['GET', 'HEAD', 'OPTIONS'],
      Compress: true,
      CachePolicyId: { Ref: 'SdkCachePolicy' },
      ResponseHeadersPolicyId: { Ref: 'SdkResponseHeaders' },
    },
  });
});

test('a file is kept for a year, compressed, whoever asks for it', () => {
  const year = 365 * 86_400;
  expect(configOf('SdkCachePolicy', 'CachePolicyConfig')).toMatchObject({
    MinTTL: year,
    DefaultTTL: year,
    MaxTTL: year,
    ParametersInCacheKeyAndForwardedToOrigin: {
      EnableAcceptEncodingBrotli: true,
      EnableAcceptEncodingGzip: true,
      HeadersConfig: { HeaderBehavior: 'none' },
      CookiesConfig: { CookieBehavior: 'none' },
      QueryStringsConfig: { QueryStringBehavior: 'none' },
    },
  });
});

test('CloudFront and S3 agree about who may ask', () => {
  const { CorsConfig } = configOf('SdkResponseHeaders', 'ResponseHeadersPolicyConfig') as Record<string, Properties>;
  const { CorsRules } = propertiesOf(packaged, 'SdkAssetsBucket')['CorsConfiguration'] as { CorsRules: Properties[] };
  expect(CorsConfig).toMatchObject({
    AccessControlAllowOrigins: { Items: ['*'] },
    AccessControlAllowCredentials: false,
  });
  expect(CorsRules).toEqual([expect.objectContaining({ AllowedOrigins: ['*'], AllowedMethods: ['GET', 'HEAD'] })]);
});

test.each([
  ['4xx', 5],
  ['5xx', 1],
])('the alarm of %s rings above %i %% of five minutes, by mail', (kind, Threshold) => {
  expect(propertiesOf(packaged, `Cdn${kind}Errors`)).toMatchObject({
    AlarmName: `medzen-chime-sdk-cdn-prod-${kind}-Errors`,
    Namespace: 'AWS/CloudFront',
    MetricName: `${kind}ErrorRate`,
    Dimensions: [
      { Name: 'DistributionId', Value: { Ref: 'SdkDistribution' } },
      { Name: 'Region', Value: 'Global' },
    ],
    Statistic: 'Average',
    Period: 300,
    EvaluationPeriods: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold,
    TreatMissingData: 'notBreaching',
    AlarmActions: [{ Ref: 'CdnAlarms' }],
  });
  expect(ofType(packaged, 'AWS::CloudWatch::Alarm')).toHaveLength(3);
});

test('the alarm of the cache rings below 90 % of an hour, once enough is asked, and its metric is measured', () => {
  const properties = propertiesOf(packaged, 'CdnCacheHits');
  expect(properties).toMatchObject({
    AlarmName: 'medzen-chime-sdk-cdn-prod-Cache-Hits',
    ComparisonOperator: 'LessThanThreshold',
    Threshold: 90,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
    AlarmActions: [{ Ref: 'CdnAlarms' }],
  });
  const { Dimensions } = propertiesOf(packaged, 'Cdn4xxErrors');
  const of = (Id: string, Stat: string, MetricName: string) => ({
    Id,
    ReturnData: false,
    MetricStat: { Stat, Period: 3_600, Metric: { Namespace: 'AWS/CloudFront', MetricName, Dimensions } },
  });
  expect(properties['Metrics']).toEqual([
    expect.objectContaining({ Id: 'share', Expression: 'IF(asked >= 100, hits, 100)' }),
    of('asked', 'Sum', 'Requests'),
    of('hits', 'Average', 'CacheHitRate'),
  ]);
  expect(propertiesOf(packaged, 'SdkMetrics')).toEqual({
    DistributionId: { Ref: 'SdkDistribution' },
    MonitoringSubscription: {
      RealtimeMetricsSubscriptionConfig: { RealtimeMetricsSubscriptionStatus: 'Enabled' },
    },
  });
});

describe('refused is', () => {
  test.each<[fault: string, id: string, change: Properties, RegExp]>([
    [
      'a metric by region alone',
      'Cdn4xxErrors',
      { Dimensions: [{ Name: 'Region', Value: 'Global' }] },
      /does not report/,
    ],
    [
      'a metric of the region where the stack is',
      'Cdn5xxErrors',
      {
        Dimensions: [
          { Name: 'DistributionId', Value: { Ref: 'SdkDistribution' } },
          { Name: 'Region', Value: 'us-east-1' },
        ],
      },
      /Region is us-east-1, not Global/,
    ],
    [
      'a metric of something else',
      'Cdn5xxErrors',
      {
        Dimensions: [
          { Name: 'DistributionId', Value: { Ref: 'SdkAssetsBucket' } },
          { Name: 'Region', Value: 'Global' },
        ],
      },
      /names no AWS::CloudFront::Distribution/,
    ],
    ['a bucket that may become public', 'SdkAssetsBucket', { PublicAccessBlockConfiguration: {} }, /may become public/],
    ['a topic without a customer key', 'CdnAlarms', { KmsMasterKeyId: undefined }, /is not encrypted/],
  ])('%s', (_, id, change, message) => {
    const template = structuredClone(packaged);
    Object.assign(propertiesOf(template, id), change);
    expect([...checkSpecification(template), ...checkRules(template)].join('\n')).toMatch(message);
  });
});
