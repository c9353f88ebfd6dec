import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { type Call, type JsonObject, type JsonService, type Operation, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import { checkedAnswer } from './answerShape.ts';
import type { LexiconEngine } from './engine.ts';
import { maxTextBytes, operationNames, type OperationName, Throttle, type Throughput } from './limits.ts';
import type { RecordedAnswer } from './recordedAnswers.ts';

export interface ComprehendMedicalOptions {
  clock: Clock;
  /** Answers where nothing is recorded. It knows words, not medicine. */
  engine: LexiconEngine;
  /** The recorded answer to a text, if there is one. It takes precedence over the engine. */
  recordedAnswers: (operation: string, text: string) => RecordedAnswer | undefined;
  /** Replaces the documented throughput, or lets every call through. */
  limits?: Throughput | 'off';
  /** The error of a call above the throughput: the one the API model names, or the one some front ends send. */
  throttlingError?: 'TooManyRequestsException' | 'ThrottlingException';
}

const regions = new Set(
  'us-east-1 us-east-2 us-west-2 us-gov-west-1 ca-central-1 eu-west-1 eu-west-2 ap-southeast-2'.split(' '),
);

const faults: Record<string, number> = { InternalServerException: 500, ServiceUnavailableException: 503 };

const textRequest = v.strictObject({ Text: v.pipe(v.string(), v.minLength(1)) });

/**
 * Comprehend Medical's synchronous operations: regions, text rules and throughput are the service's, the answers come
 * from recordings or from a lexicon.
 */
export function createComprehendMedical(options: ComprehendMedicalOptions): { service: JsonService } {
  const operations: Record<string, Operation> = {
    DetectEntities: () => {
      throw new ServiceError('InvalidRequestException', 'DetectEntities is deprecated: call DetectEntitiesV2');
    },
  };
  for (const name of operationNames) operations[name] = operation(name, options);
  return { service: { target: 'ComprehendMedical_20181030', protocol: '1.1', operations } };
}

function operation(name: OperationName, options: ComprehendMedicalOptions): Operation {
  const { clock, limits, throttlingError = 'TooManyRequestsException' } = options;
  const throttle = limits === 'off' ? undefined : new Throttle(clock, name, limits);
  return (input, call) => {
    requireRegion(call);
    const text = readText(name, input);
    if (throttle?.admits(text) === false)
      throw new ServiceError(throttlingError, `The throughput of ${name} is used up`);
    const recorded = options.recordedAnswers(name, text);
    return recorded ? replay(name, recorded) : checkedAnswer(name, 'made', made[name](options.engine, text));
  };
}

/**
 * A region without the service has no endpoint: a client would not find the host. The stand-in must answer something,
 * so it answers UnrecognizedClientException, which no client retries and which the operations never send otherwise.
 */
function requireRegion({ region }: Call): void {
  if (regions.has(region)) return;
  throw new ServiceError('UnrecognizedClientException', `Amazon Comprehend Medical has no endpoint in ${region}`);
}

function readText(name: OperationName, input: JsonObject): string {
  const { Text: text } = readRequest(name, textRequest, input, 'InvalidRequestException');
  if (!text.isWellFormed()) throw new ServiceError('InvalidEncodingException', 'Text is not valid Unicode');
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxTextBytes[name]) return text;
  throw new ServiceError(
    'TextSizeLimitExceededException',
    `Text has ${bytes} bytes of UTF-8: ${name} takes ${maxTextBytes[name]}`,
  );
}

function replay(name: OperationName, recorded: RecordedAnswer): JsonObject {
  if ('response' in recorded) return checkedAnswer(name, 'recorded', recorded.response);
  const { name: error, message = `Recorded error of ${name}` } = recorded.error;
  throw new ServiceError(error, message, faults[error] ?? 400);
}

/** The engine's method for each operation. */
const made: Record<OperationName, (engine: LexiconEngine, text: string) => JsonObject> = {
  DetectEntitiesV2: (engine, text) => engine.detectEntitiesV2(text),
  InferICD10CM: (engine, text) => engine.inferIcd10cm(text),
  InferRxNorm: (engine, text) => engine.inferRxNorm(text),
  InferSNOMEDCT: (engine, text) => engine.inferSnomedCt(text),
};
