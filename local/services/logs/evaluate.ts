import type { Aggregate, Command, Condition, Expression, Group } from './query.ts';

/** A line's fields by their names, or those of a result. Numbers stay numbers until the answer is written. */
export type Row = Readonly<Record<string, string | number | undefined>>;

/** The most rows of an answer, unless the query says otherwise. */
const usualLimit = 10_000;

/**
 * The rows that a query finds, each with the columns it shows, in their order.
 * @param lines the newest last; `@timestamp` in milliseconds since the epoch
 */
export function evaluate(commands: readonly Command[], lines: readonly Row[]): [string, string][][] {
  const isCounted = commands.some(({ kind }) => kind === 'stats');
  const isSorted = commands.some(({ kind }) => kind === 'sort');
  const limited = commands.some(({ kind }) => kind === 'limit');
  let rows = isCounted || isSorted ? [...lines] : lines.toReversed();
  let columns = ['@timestamp', '@message'];
  for (const command of commands) {
    if (command.kind === 'fields') columns = command.fields;
    if (command.kind === 'stats') {
      columns = [...command.by.map(nameOf), ...command.aggregates.map(({ name }) => name)];
    }
    rows = apply(command, rows);
  }
  const shown = limited ? rows : rows.slice(0, usualLimit);
  return shown.map((row) =>
    columns.flatMap((name): [string, string][] => {
      const value = row[name];
      return value === undefined ? [] : [[name, toText(name, value)]];
    }),
  );
}

function apply(command: Command, rows: Row[]): Row[] {
  switch (command.kind) {
    case 'filter':
      return rows.filter((row) => command.all.every((condition) => holds(condition, row)));
    case 'fields':
      return rows;
    case 'stats':
      return count(command.aggregates, command.by, rows);
    case 'sort': {
      const sign = command.descending ? -1 : 1;
      return rows.toSorted((a, b) => sign * compare(a[command.field], b[command.field]));
    }
    case 'limit':
      return rows.slice(0, command.count);
  }
}

function holds(condition: Condition, row: Row): boolean {
  const value = row[condition.field];
  switch (condition.kind) {
    case 'ispresent':
      return value !== undefined;
    case 'equals':
      return value !== undefined && String(value) === condition.value;
    case 'like':
      return value !== undefined && condition.pattern.test(String(value));
  }
}

function count(aggregates: readonly Aggregate[], by: readonly Group[], rows: readonly Row[]): Row[] {
  const groups = new Map<string, { keys: Row; rows: Row[] }>();
  for (const row of rows) {
    const keys = Object.fromEntries(by.map((group) => [nameOf(group), keyOf(group, row)]));
    const key = JSON.stringify(keys);
    const group = groups.get(key) ?? { keys, rows: [] };
    group.rows.push(row);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ keys, rows }) => ({
    ...keys,
    ...Object.fromEntries(aggregates.map((aggregate) => [aggregate.name, valueOf(aggregate, rows)])),
  }));
}

const nameOf = (group: Group) => ('bin' in group ? group.name : group.field);

function keyOf(group: Group, row: Row): string | number | undefined {
  if (!('bin' in group)) return row[group.field];
  return toTime(Math.floor(Number(row['@timestamp']) / group.bin) * group.bin);
}

function valueOf({ of, expression }: Aggregate, rows: readonly Row[]): string | number | undefined {
  if (!expression) return rows.length;
  const values = rows.map((row) => read(expression, row)).filter((value) => value !== undefined);
  const numbers = values.map(Number).filter((value) => !Number.isNaN(value));
  if (of === 'count_distinct') return new Set(values).size;
  if (of === 'sum') return numbers.reduce((sum, value) => sum + value, 0);
  if (of === 'max') return numbers.length === 0 ? undefined : Math.max(...numbers);
  const last = values.at(-1);
  return expression.left === '@timestamp' && last !== undefined ? toTime(Number(last)) : last;
}

function read({ left, divisor }: Expression, row: Row): string | number | undefined {
  const operand = (name: string) => (/^\d/.test(name) ? Number(name) : row[name]);
  const value = operand(left);
  if (divisor === undefined || value === undefined) return value;
  const by = operand(divisor);
  return by === undefined ? undefined : Number(value) / Number(by);
}

/** Numbers by their size, everything else by its text; what is absent comes first. */
function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : Number(String(a) > String(b));
}

const toText = (name: string, value: string | number) =>
  name === '@timestamp' && typeof value === 'number' ? toTime(value) : String(value);

/** As Logs Insights writes an instant: in UTC, without a zone. */
const toTime = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
