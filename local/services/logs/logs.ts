import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Clock } from '../clock.ts';
import { type JsonObject, type JsonService, ServiceError } from '../jsonService.ts';
import { notSupported, readRequest } from '../readRequest.ts';
import { evaluate, type Row } from './evaluate.ts';
import { parseQuery } from './query.ts';

export interface LogsOptions {
  clock: Clock;
  region: string;
  accountId: string;
  /** The names of the log groups that there are. */
  groups: readonly string[];
  /** By a group's name: the key that would encrypt it, and for how many days it would keep its lines. */
  settings?: Readonly<Record<string, { kmsKeyId?: string; retentionInDays?: number }>>;
}

export interface Logs {
  service: JsonService;
  /** Keeps a line. One that belongs to no group is found in each: the runtime wrote it, not a function. */
  write: (line: string, group: string | undefined) => void;
}

/** The newest lines are kept; a long run must not grow without bound. */
const linesKept = 50_000;
const INVALID = 'InvalidParameterException';
const seconds = v.pipe(v.number(), v.integer(), v.minValue(0));

const requests = {
  DescribeLogGroups: v.strictObject({
    logGroupNamePrefix: v.optional(v.string(), ''),
    accountIdentifiers: notSupported,
    includeLinkedAccounts: notSupported,
    limit: notSupported,
    logGroupClass: notSupported,
    logGroupIdentifiers: notSupported,
    logGroupNamePattern: notSupported,
    nextToken: notSupported,
  }),
  StartQuery: v.strictObject({
    logGroupNames: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(50)),
    startTime: seconds,
    endTime: seconds,
    queryString: v.pipe(v.string(), v.maxLength(10_000)),
    limit: notSupported,
    logGroupIdentifiers: notSupported,
    logGroupName: notSupported,
    queryLanguage: notSupported,
  }),
  GetQueryResults: v.strictObject({ queryId: v.string(), maxItems: notSupported, nextToken: notSupported }),
};

/** CloudWatch Logs, as far as an operator asks what the functions wrote. Lines live as long as the process. */
export function createLogs({ clock, region, accountId, groups, settings = {} }: LogsOptions): Logs {
  const kept: { at: number; group: string | undefined; row: Row }[] = [];
  const answers = new Map<string, JsonObject>();

  const operations: JsonService['operations'] = {
    DescribeLogGroups(input) {
      const request = readRequest('DescribeLogGroups', requests.DescribeLogGroups, input, INVALID);
      const found = groups.filter((name) => name.startsWith(request.logGroupNamePrefix)).toSorted();
      const arn = (name: string) => `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
      return {
        logGroups: found.map((name) => ({
          logGroupName: name,
          arn: `${arn(name)}:*`,
          logGroupArn: arn(name),
          ...settings[name],
        })),
      };
    },

    StartQuery(input) {
      const request = readRequest('StartQuery', requests.StartQuery, input, INVALID);
      const { logGroupNames, startTime, endTime } = request;
      const missing = logGroupNames.find((name) => !groups.includes(name));
      if (missing !== undefined) {
        throw new ServiceError('ResourceNotFoundException', `Log group '${missing}' does not exist`);
      }
      if (startTime > endTime) throw new ServiceError(INVALID, 'The query has an end before its beginning');
      const commands = parseQuery(request.queryString);
      const scanned = kept.filter(
        ({ at, group }) =>
          at >= startTime * 1000 && at < (endTime + 1) * 1000 && (group === undefined || logGroupNames.includes(group)),
      );
      const rows = evaluate(
        commands,
        scanned.map(({ row }) => row),
      );
      const queryId = randomUUID();
      answers.set(queryId, {
        status: 'Complete',
        results: rows.map((row) => row.map(([field, value]) => ({ field, value }))),
        statistics: { recordsMatched: rows.length, recordsScanned: scanned.length, bytesScanned: 0 },
      });
      return { queryId };
    },

    GetQueryResults(input) {
      const { queryId } = readRequest('GetQueryResults', requests.GetQueryResults, input, INVALID);
      const answer = answers.get(queryId);
      if (answer) return answer;
      throw new ServiceError('ResourceNotFoundException', `Query ID ${queryId} does not exist`);
    },
  };

  return {
    service: { target: 'Logs_20140328', protocol: '1.1', operations },
    write(line, group) {
      const at = clock.now();
      kept.push({ at, group, row: { ...fieldsOf(line), '@timestamp': at, '@message': line, '@log': group } });
      if (kept.length > linesKept) kept.shift();
    },
  };
}

/** The fields of a line of JSON, those of objects inside it with a dot. */
function fieldsOf(line: string): Row {
  try {
    return Object.fromEntries(flatten(JSON.parse(line), ''));
  } catch {
    return {};
  }
}

function flatten(value: unknown, name: string): [string, string | number][] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([key, part]) => flatten(part, name === '' ? key : `${name}.${key}`));
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? [[name, typeof value === 'boolean' ? String(value) : value]]
    : [];
}
