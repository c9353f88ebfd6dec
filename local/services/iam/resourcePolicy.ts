import type { Statement } from './evaluate.ts';

type OneOrMore = string | string[];

/**
 * The statements of a resource's policy that are about a service, or about everybody.
 * @param policy its JSON
 * @param service the service's principal: `mediapipelines.chime.amazonaws.com`
 * @throws SyntaxError for a text that is no JSON
 */
export function statementsFor(policy: string, service: string): Statement[] {
  const { Statement: statements = [] } = JSON.parse(policy) as { Statement?: Statement | Statement[] };
  return [statements].flat().flatMap((statement) => {
    const { Principal } = statement;
    if (Principal === undefined || Principal === '*') return [statement];
    const { Service = [], AWS = [] } = Principal as { Service?: OneOrMore; AWS?: OneOrMore };
    const isMeant = [Service].flat().some((one) => one === '*' || one === service) || [AWS].flat().includes('*');
    return isMeant ? [{ ...statement, Principal: '*' }] : [];
  });
}
