import { allows as evaluate } from '../services/iam/evaluate.ts';
import { statementsFor } from '../services/iam/resourcePolicy.ts';
import { ByHand } from './question.ts';

/** Somebody who does something with a resource, as a policy on that resource sees it. */
export interface Attempt {
  /** The service's principal: `mediapipelines.chime.amazonaws.com`. */
  service: string;
  /** `s3:PutObject`. */
  action: string;
  /** The ARN; a policy of a key has no other than `*`. */
  resource: string;
  /** What conditions may ask about, by their names. */
  context: Readonly<Record<string, string>>;
}

/**
 * Whether a policy on a resource lets a service do something.
 * @throws ByHand for a policy that asks for what is not known here
 * @throws SyntaxError for a text that is no JSON
 */
export function allows(policy: string, { service, action, resource, context }: Attempt): boolean {
  const statements = statementsFor(policy, service);
  try {
    return evaluate(statements, { principal: service, action, resource, conditions: context });
  } catch (error) {
    throw new ByHand(`not verified: ${(error as Error).message}`);
  }
}
