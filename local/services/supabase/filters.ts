import { NotImplemented } from '../jsonService.ts';
import { column, literal, type Relation } from './catalog.ts';
import { malformed, parenthesized, parsePath, splitList, unquoted } from './grammar.ts';

const comparisons = new Map([
  ['eq', '='],
  ['neq', '<>'],
  ['gt', '>'],
  ['gte', '>='],
  ['lt', '<'],
  ['lte', '<='],
  ['like', 'like'],
  ['ilike', 'ilike'],
  ['cs', '@>'],
  ['cd', '<@'],
  ['ov', '&&'],
]);

const truths = new Map([
  ['null', 'is null'],
  ['not_null', 'is not null'],
  ['true', 'is true'],
  ['false', 'is false'],
  ['unknown', 'is unknown'],
]);

/** Operators that PostgREST has and the stand-in does not. */
const unsupported = new Set('fts plfts phfts wfts match imatch isdistinct sl sr nxr nxl adj'.split(' '));

const reserved = new Set(['select', 'order', 'limit', 'offset', 'columns', 'on_conflict']);

/** The conditions of a query string, joined by `and`; undefined when there are none. */
export function toCondition(relation: Relation, params: URLSearchParams): string | undefined {
  const conditions = [...params]
    .filter(([key]) => !reserved.has(key))
    .map(([key, value]) => toGroup(relation, key, value) ?? toFilter(relation, key, value));
  return conditions.length === 0 ? undefined : conditions.join(' and ');
}

/** `or=(a.eq.1,and(b.gt.2,c.is.null))`; undefined when the key is not one of and, or, not.and, not.or. */
function toGroup(relation: Relation, key: string, value: string): string | undefined {
  const [, negation, connective] = /^(not\.)?(and|or)$/.exec(key) ?? [];
  if (connective === undefined) return undefined;
  const items = splitList(parenthesized(value)).map((item) => toItem(relation, item));
  if (items.length === 0) throw malformed(`logic tree (${key}=${value})`);
  return `${negation ? 'not ' : ''}(${items.join(` ${connective} `)})`;
}

/** An element of a group: a group itself, `and(…)`, or a filter, `column.operator.value`. */
function toItem(relation: Relation, item: string): string {
  const open = item.indexOf('(');
  const group = open < 0 ? undefined : toGroup(relation, item.slice(0, open), item.slice(open));
  if (group !== undefined) return group;
  const dot = item.indexOf('.', item.startsWith('"') ? item.indexOf('"', 1) : 0);
  if (dot < 1) throw malformed(`logic tree (${item})`);
  return toFilter(relation, item.slice(0, dot), item.slice(dot + 1), unquoted);
}

/** @param plain takes the quotes off a value, where the grammar allows them */
function toFilter(relation: Relation, key: string, value: string, plain = (text: string) => text): string {
  const field = toField(relation, key);
  const [, negation, operator = '', modifier, operand = ''] =
    /^(not\.)?([a-z_]+)(\([^)]*\))?\.(.*)$/s.exec(value) ?? [];
  if (unsupported.has(operator)) throw new NotImplemented(`the filter operator ${operator}`);
  const condition = toComparison(field, operator, operand, plain);
  if (condition === undefined) throw malformed(`filter (${value})`);
  if (modifier !== undefined) throw new NotImplemented(`the filter operator ${operator}${modifier}`);
  return negation ? `not (${condition})` : `(${condition})`;
}

function toComparison(
  field: string,
  operator: string,
  operand: string,
  plain: (text: string) => string,
): string | undefined {
  if (operator === 'in') {
    const values = splitList(parenthesized(operand)).map((item) => literal(unquoted(item)));
    return values.length === 0 ? 'false' : `${field} in (${values.join(', ')})`;
  }
  if (operator === 'is') {
    const truth = truths.get(operand.toLowerCase());
    return truth === undefined ? undefined : `${field} ${truth}`;
  }
  const comparison = comparisons.get(operator);
  if (comparison === undefined) return undefined;
  // In URLs the star stands for the percent sign.
  const value = operator.endsWith('like') ? plain(operand).replaceAll('*', '%') : plain(operand);
  return `${field} ${comparison} ${literal(value)}`;
}

/** A column or a value inside a json column, as SQL. */
export function toField(relation: Relation, text: string): string {
  const path = parsePath(text);
  if (!relation.columns.has(path.column) && path.column.includes('.')) {
    throw new NotImplemented(`embedding (${text})`);
  }
  const sql = column(relation, path.column);
  return path.arrows === '' ? sql : `(to_jsonb(${sql})${path.arrows})`;
}
