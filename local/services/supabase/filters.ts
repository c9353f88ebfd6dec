import { NotImplemented } from '../jsonService.ts';
import { column, literal, type Relation } from './catalog.ts';
import { PostgrestError } from './errors.ts';

const comparisons = new Map([
  ['eq', '='],
  ['neq', '<>'],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
]);

const truths = new Map([
  ['null', 'is null'],
  ['not_null', 'is not null'],
  ['true', 'is true'],
  ['false', 'is false'],
  ['unknown', 'is unknown'],
]);

/** Operators that PostgREST has and the stand-in does not. */
const unsupported = new Set(
  'in ilike cs cd ov fts plfts phfts wfts match imatch isdistinct sl sr nxr nxl adj'.split(' '),
);

const reserved = new Set(['select', 'order', 'limit', 'offset', 'columns', 'on_conflict']);

/** The error for a value that does not follow the grammar of PostgREST's query strings. */
export function malformed(what: string): PostgrestError {
  return new PostgrestError(400, 'PGRST100', `failed to parse ${what}`);
}

/** The conditions of a query string, joined by `and`; undefined when there are none. */
export function toCondition(relation: Relation, params: URLSearchParams): string | undefined {
  const conditions = [...params]
    .filter(([key]) => !reserved.has(key))
    .map(([key, value]) => toFilter(relation, key, value));
  return conditions.length === 0 ? undefined : conditions.join(' and ');
}

function toFilter(relation: Relation, key: string, value: string): string {
  if (/^(not\.)?(and|or)$/.test(key)) throw new NotImplemented(`the group of filters ${key}`);
  const field = toField(relation, key);
  const [, negation, operator = '', modifier, operand = ''] =
    /^(not\.)?([a-z_]+)(\([^)]*\))?\.(.*)$/s.exec(value) ?? [];
  if (unsupported.has(operator)) throw new NotImplemented(`the filter operator ${operator}`);
  const condition = toComparison(field, operator, operand);
  if (condition === undefined) throw malformed(`filter (${value})`);
  if (modifier !== undefined) throw new NotImplemented(`the filter operator ${operator}${modifier}`);
  return negation ? `not (${condition})` : `(${condition})`;
}

function toComparison(field: string, operator: string, operand: string): string | undefined {
  if (operator === 'is') {
    const truth = truths.get(operand.toLowerCase());
    return truth === undefined ? undefined : `${field} ${truth}`;
  }
  // Either stands for any characters, so that a URL need not have a percent sign.
  if (operator === 'like') return `${field} like ${literal(operand.replaceAll('*', '%'))}`;
  const comparison = comparisons.get(operator);
  return comparison === undefined ? undefined : `${field} ${comparison} ${literal(operand)}`;
}

/** A column as SQL. */
export function toField(relation: Relation, text: string): string {
  const name = unquoted(text);
  if (!relation.columns.has(name)) {
    if (name.includes('->')) throw new NotImplemented(`a json path (${text})`);
    if (name.includes('.')) throw new NotImplemented(`embedding (${text})`);
  }
  return column(relation, name);
}

/** Takes the quotes off: a name may be quoted, with a backslash before a quote or a backslash. */
function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replaceAll(/\\(.)/gs, '$1')
    : text;
}

/** The items of a list, without their quotes; commas inside quotes do not separate. */
export function splitList(text: string): string[] {
  if (!/^(?:"(?:\\.|[^"\\])*"|[^"])*$/s.test(text)) throw malformed(`list (${text})`);
  return Array.from(text.matchAll(/(?:^|,)((?:"(?:\\.|[^"\\])*"|[^",])*)/gs), ([, item = '']) => unquoted(item.trim()));
}
