import * as v from 'valibot';
import { type JsonObject, type Operation } from '../jsonService.ts';
import { notSupported, readRequest } from '../readRequest.ts';
import { parsePattern } from './pattern.ts';
import type { Rule } from './rule.ts';

const putRule = v.strictObject({
  Name: v.pipe(v.string(), v.regex(/^[.\-_A-Za-z0-9]{1,64}$/)),
  EventPattern: v.string(),
  State: v.optional(v.picklist(['ENABLED', 'DISABLED']), 'ENABLED'),
  Description: notSupported,
  EventBusName: notSupported,
  ScheduleExpression: notSupported,
  RoleArn: notSupported,
  Tags: notSupported,
});
const listRules = v.strictObject({
  NamePrefix: notSupported,
  EventBusName: notSupported,
  Limit: notSupported,
  NextToken: notSupported,
});

interface Bus {
  rules: Map<string, Rule>;
  region: string;
  accountId: string;
}

/** The API of the default bus. */
export function busOperations({ rules, region, accountId }: Bus): Record<string, Operation> {
  const arnOf = (name: string) => `arn:aws:events:${region}:${accountId}:rule/${name}`;
  return {
    PutRule(input) {
      const request = readRequest('PutRule', putRule, input, 'ValidationException');
      const { Name: name, EventPattern: text } = request;
      const test = parsePattern(text);
      const targets = rules.get(name)?.targets ?? [];
      const pattern = JSON.parse(text) as JsonObject;
      rules.set(name, { name, pattern, targets, enabled: request.State === 'ENABLED', test });
      return { RuleArn: arnOf(name) };
    },

    ListRules(input) {
      readRequest('ListRules', listRules, input, 'ValidationException');
      const described = [...rules.values()].map(({ name, pattern, enabled }) => ({
        Name: name,
        Arn: arnOf(name),
        EventPattern: JSON.stringify(pattern),
        State: enabled ? 'ENABLED' : 'DISABLED',
        EventBusName: 'default',
      }));
      return { Rules: described };
    },
  };
}
