import * as v from 'valibot';
import { notSupported } from '../readRequest.ts';

const RuleName = v.pipe(v.string(), v.regex(/^[.\-_A-Za-z0-9]{1,64}$/));
const EventBusName = v.optional(v.string(), 'default');
const queueArn = v.pipe(v.string(), v.maxLength(1600));

export const requests = {
  PutEvents: v.strictObject({
    Entries: v.pipe(
      v.array(
        v.strictObject({
          Time: v.optional(v.number()),
          Source: v.optional(v.string(), ''),
          Resources: v.optional(v.array(v.string()), []),
          DetailType: v.optional(v.string(), ''),
          Detail: v.optional(v.string(), ''),
          EventBusName,
          TraceHeader: notSupported,
        }),
      ),
      v.minLength(1),
      v.maxLength(10),
    ),
    EndpointId: notSupported,
  }),
  TestEventPattern: v.strictObject({ EventPattern: v.string(), Event: v.string() }),
  PutRule: v.strictObject({
    Name: RuleName,
    EventPattern: v.string(),
    State: v.optional(v.picklist(['ENABLED', 'DISABLED']), 'ENABLED'),
    Description: v.optional(v.pipe(v.string(), v.maxLength(512))),
    EventBusName,
    ScheduleExpression: notSupported,
    RoleArn: notSupported,
    Tags: notSupported,
  }),
  PutTargets: v.strictObject({
    Rule: RuleName,
    EventBusName,
    Targets: v.pipe(
      v.array(
        v.strictObject({
          Id: v.pipe(v.string(), v.regex(/^[.\-_A-Za-z0-9]{1,64}$/)),
          Arn: queueArn,
          DeadLetterConfig: v.optional(v.strictObject({ Arn: v.optional(queueArn) })),
          // Only a missing queue fails here, and that is never retried: any policy within the bounds is honoured.
          RetryPolicy: v.optional(
            v.strictObject({
              MaximumRetryAttempts: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(185))),
              MaximumEventAgeInSeconds: v.optional(v.pipe(v.number(), v.minValue(60), v.maxValue(86_400))),
            }),
          ),
          Input: notSupported,
          InputPath: notSupported,
          InputTransformer: notSupported,
          SqsParameters: notSupported,
          RoleArn: notSupported,
        }),
      ),
      v.minLength(1),
      v.maxLength(100),
    ),
  }),
  ListRules: v.strictObject({
    NamePrefix: v.optional(v.string(), ''),
    EventBusName,
    Limit: notSupported,
    NextToken: notSupported,
  }),
  DescribeRule: v.strictObject({ Name: RuleName, EventBusName }),
};
