import * as v from 'valibot';

const Strings = v.optional(v.record(v.string(), v.unknown()), {});
/** The defaults of the parameters. */
export const Parameters = v.object({ params: v.object({ default: v.record(v.string(), v.unknown()) }) });
/** What the embedded stack does with a stream is what these settings say. */
const Stream = v.strictObject({
  type: v.literal('dynamodb'),
  arn: v.unknown(),
  batchSize: v.number(),
  batchWindow: v.number(),
  startingPosition: v.literal('TRIM_HORIZON'),
  bisectBatchOnFunctionError: v.literal(true),
  maximumRecordAgeInSeconds: v.number(),
  destinations: v.strictObject({ onFailure: v.strictObject({ arn: v.unknown(), type: v.literal('sqs') }) }),
});
const Stage = v.object({
  HttpApiStage: v.optional(
    v.object({
      Properties: v.object({
        DefaultRouteSettings: v.object({ ThrottlingRateLimit: v.number(), ThrottlingBurstLimit: v.number() }),
        AccessLogSettings: v.object({ Format: v.string() }),
      }),
    }),
  ),
});
/** What the embedded stack does with an HTTP API is what these settings say. */
const HttpApi = v.strictObject({
  payload: v.literal('2.0'),
  cors: v.strictObject({
    allowedOrigins: v.array(v.string()),
    allowedHeaders: v.array(v.string()),
    allowedMethods: v.array(v.string()),
    maxAge: v.number(),
  }),
});
/** Each event of a function is of one kind. */
const Event = v.pipe(
  v.object({
    sqs: v.optional(
      v.object({
        arn: v.unknown(),
        batchSize: v.number(),
        maximumConcurrency: v.number(),
        functionResponseType: v.literal('ReportBatchItemFailures'),
      }),
    ),
    stream: v.optional(Stream),
    httpApi: v.optional(v.string()),
    schedule: v.optional(v.picklist(['rate(1 minute)', 'rate(5 minutes)'])),
  }),
  v.check((event) => Object.keys(event).length === 1, 'an event is sqs, stream, httpApi or schedule'),
);
/** The part of a service file that the embedded stack uses. */
export const ServiceFile = v.object({
  service: v.string(),
  provider: v.object({ environment: Strings, httpApi: HttpApi }),
  functions: v.record(
    v.string(),
    v.object({
      handler: v.string(),
      timeout: v.number(),
      memorySize: v.number(),
      environment: Strings,
      events: v.optional(v.array(Event), []),
    }),
  ),
  // Anything else in a part (extensions of what osls makes) exists on AWS only.
  resources: v.array(
    v.object({
      Conditions: Strings,
      Resources: v.optional(v.record(v.string(), v.unknown()), {}),
      extensions: v.optional(Stage),
    }),
  ),
});

export type ServiceFile = v.InferOutput<typeof ServiceFile>;
export type ServiceEvent = v.InferOutput<typeof Event>;
export type StreamSettings = v.InferOutput<typeof Stream>;
