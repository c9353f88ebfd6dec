import { isNamed } from '../../pipeline/edge/failure.ts';

/** `audited` topics are those that an auditor asks about; the others only matter before the first patient. */
export const topics = {
  encryption: { audited: true },
  retention: { audited: true },
  keys: { audited: true },
  alarms: { audited: true },
  protection: { audited: false },
  messages: { audited: false },
  capacity: { audited: false },
  functions: { audited: false },
  calls: { audited: false },
  database: { audited: false },
} as const;

export type Topic = keyof typeof topics;

export interface Answer {
  /** What there is, in a few words. */
  found: string;
  right: boolean;
}

/** One thing that a deployment needs: whom to ask, and what to do where it lacks. */
export interface Question {
  topic: Topic;
  what: string;
  /** The operation that is asked, as `service:Operation`. */
  asked: string;
  /** What is right, in a few words. */
  wanted: string;
  todo: string;
  ask: () => Promise<Answer>;
}

export interface Row extends Omit<Question, 'ask'> {
  verdict: 'right' | 'lacks' | 'not asked' | 'by hand';
  found: string;
}

/** Somebody or something does not let the question be asked; the message says why. */
export class NotAsked extends Error {}

/** No service answers the question: a person has to look. The message says what at. */
export class ByHand extends Error {}

/** The services' names for what is not there. */
const absent = [
  'AWS.SimpleQueueService.NonExistentQueue',
  'NoSuchBucket',
  'NoSuchBucketPolicy',
  'NoSuchEntity',
  'NoSuchEntityException',
  'NoSuchLifecycleConfiguration',
  'NoSuchPublicAccessBlockConfiguration',
  'NotFoundException',
  'ObjectLockConfigurationNotFoundError',
  'QueueDoesNotExist',
  'ResourceNotFoundException',
  'StateMachineDoesNotExist',
  // CloudFormation's, for a stack or a resource that it does not know.
  'ValidationError',
] as const;

/** Their names for a question that this caller may not ask, or that is not answered here. */
const unasked = /^(?:NotImplemented|AccessDenied|AccessDeniedException|AuthorizationError|UnauthorizedOperation)/;

/** Asks, and judges the answer. @throws whatever is neither an answer nor a refusal, such as an endpoint that is away */
export async function toRow({ ask, ...question }: Question): Promise<Row> {
  try {
    const { found, right } = await ask();
    return { ...question, found, verdict: right ? 'right' : 'lacks' };
  } catch (error) {
    if (isNamed(error, ...absent)) return { ...question, found: 'there is none', verdict: 'lacks' };
    if (error instanceof ByHand) return { ...question, found: error.message, verdict: 'by hand' };
    if (error instanceof NotAsked) return { ...question, found: error.message, verdict: 'not asked' };
    if (error instanceof Error && unasked.test(error.name))
      return { ...question, found: error.name, verdict: 'not asked' };
    throw error;
  }
}
