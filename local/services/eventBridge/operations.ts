import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { BusEvent, Rule } from './rule.ts';
import { type JsonObject, NotImplemented, type Operation, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import { parsePattern } from './pattern.ts';
import { requests } from './requests.ts';

const INVALID = 'ValidationException';
const TARGETS_OF_A_RULE = 5;

interface Bus {
  rules: Map<string, Rule>;
  put: (event: BusEvent) => Promise<void>;
  clock: Clock;
  region: string;
  accountId: string;
}

/** The API of the default bus. */
export function busOperations(bus: Bus): Record<string, Operation> {
  const { rules } = bus;
  const find = (name: string): Rule => {
    const rule = rules.get(name);
    if (!rule) throw new ServiceError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus default.`);
    return rule;
  };

  return {
    async PutEvents(input) {
      const { Entries: entries } = readRequest('PutEvents', requests.PutEvents, input, INVALID);
      refuseLarge(entries);
      const results: JsonObject[] = [];
      for (const entry of entries) results.push(await putEntry(bus, entry));
      const failed = results.filter((result) => 'ErrorCode' in result).length;
      return { Entries: results, FailedEntryCount: failed };
    },

    TestEventPattern(input) {
      const request = readRequest('TestEventPattern', requests.TestEventPattern, input, INVALID);
      const test = parsePattern(request.EventPattern);
      return { Result: test(parseEvent(request.Event)) };
    },

    PutRule(input) {
      const request = readRequest('PutRule', requests.PutRule, input, INVALID);
      refuseOtherBus(request.EventBusName);
      const test = parsePattern(request.EventPattern);
      const rule: Rule = {
        name: request.Name,
        pattern: JSON.parse(request.EventPattern) as JsonObject,
        targets: rules.get(request.Name)?.targets ?? new Map(),
        enabled: request.State === 'ENABLED',
        ...(request.Description !== undefined && { description: request.Description }),
        test,
      };
      rules.set(rule.name, rule);
      return { RuleArn: arnOf(bus, rule) };
    },

    PutTargets(input) {
      const request = readRequest('PutTargets', requests.PutTargets, input, INVALID);
      refuseOtherBus(request.EventBusName);
      const { targets } = find(request.Rule);
      refuseTargets(targets, request.Targets);
      for (const { Id: id, Arn: arn, DeadLetterConfig: deadLetter } of request.Targets) {
        targets.set(id, { arn, ...(deadLetter?.Arn !== undefined && { deadLetterArn: deadLetter.Arn }) });
      }
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    ListRules(input) {
      const request = readRequest('ListRules', requests.ListRules, input, INVALID);
      refuseOtherBus(request.EventBusName);
      const found = [...rules.values()].filter((rule) => rule.name.startsWith(request.NamePrefix));
      return { Rules: found.map((rule) => describe(bus, rule)) };
    },

    DescribeRule(input) {
      const request = readRequest('DescribeRule', requests.DescribeRule, input, INVALID);
      refuseOtherBus(request.EventBusName);
      return describe(bus, find(request.Name));
    },
  };
}

function arnOf({ region, accountId }: Bus, rule: Rule): string {
  return `arn:aws:events:${region}:${accountId}:rule/${rule.name}`;
}

function describe(bus: Bus, rule: Rule): JsonObject {
  return {
    Name: rule.name,
    Arn: arnOf(bus, rule),
    EventPattern: JSON.stringify(rule.pattern),
    State: rule.enabled ? 'ENABLED' : 'DISABLED',
    EventBusName: 'default',
    ...(rule.description !== undefined && { Description: rule.description }),
  };
}

function refuseTargets(known: Rule['targets'], wanted: { Id: string; Arn: string }[]): void {
  const foreign = wanted.find(({ Arn: arn }) => !arn.startsWith('arn:aws:sqs:'));
  if (foreign) throw new NotImplemented(`the event target ${foreign.Arn}`);
  const ids = new Set([...known.keys(), ...wanted.map(({ Id: id }) => id)]);
  if (ids.size <= TARGETS_OF_A_RULE) return;
  throw new ServiceError('LimitExceededException', `A rule has at most ${TARGETS_OF_A_RULE} targets.`);
}

interface Entry {
  Time?: number | undefined;
  Source: string;
  Resources: string[];
  DetailType: string;
  Detail: string;
  EventBusName: string;
}

/** A wrong entry fails on its own, with an error code that names the reason. */
async function putEntry({ put, clock, region, accountId }: Bus, entry: Entry): Promise<JsonObject> {
  refuseOtherBus(entry.EventBusName);
  const missing = (['Source', 'DetailType', 'Detail'] as const).find((field) => entry[field] === '');
  if (missing) return { ErrorCode: 'InvalidArgument', ErrorMessage: `Parameter ${missing} is not valid.` };
  if (entry.Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseObject(entry.Detail);
  if (!detail) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const time = entry.Time === undefined ? clock.now() : entry.Time * 1000;
  const event: BusEvent = {
    version: '0',
    id: randomUUID(),
    'detail-type': entry.DetailType,
    source: entry.Source,
    account: accountId,
    time: new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: entry.Resources,
    detail,
  };
  await put(event);
  return { EventId: event.id };
}

const ENTRIES_LIMIT = 1024 * 1024;

function refuseLarge(entries: Entry[]): void {
  const sizes = entries.map(({ Time: time, Source, DetailType, Detail, Resources }) => {
    const texts = [Source, DetailType, Detail, ...Resources].map((text) => Buffer.byteLength(text));
    return texts.reduce((sum, size) => sum + size, time === undefined ? 0 : 14);
  });
  if (sizes.reduce((sum, size) => sum + size, 0) < ENTRIES_LIMIT) return;
  throw new ServiceError(
    INVALID,
    `Total size of the entries in the request is over the limit of ${ENTRIES_LIMIT} bytes.`,
  );
}

function refuseOtherBus(name: string): void {
  if (name === 'default' || name.endsWith(':event-bus/default')) return;
  throw new ServiceError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
}

/** The service tests complete events only. */
function parseEvent(text: string): JsonObject {
  const event = parseObject(text);
  const missing = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'].find(
    (field) => event?.[field] === undefined,
  );
  if (!event || missing !== undefined) {
    throw new ServiceError(INVALID, `Parameter Event is not valid${missing ? `: ${missing} is missing` : ''}.`);
  }
  return event;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
