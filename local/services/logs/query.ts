import { NotImplemented } from '../jsonService.ts';

/** A field, a constant, or the quotient of two of them. */
export interface Expression {
  left: string;
  divisor?: string;
}

export type Condition =
  | { kind: 'equals'; field: string; value: string }
  | { kind: 'like'; field: string; pattern: RegExp }
  | { kind: 'ispresent'; field: string };

export interface Aggregate {
  name: string;
  of: 'count' | 'count_distinct' | 'sum' | 'max' | 'latest';
  /** None for `count(*)`. */
  expression?: Expression;
}

/** A field, or the time of a line cut to so many milliseconds. */
export type Group = { field: string } | { bin: number; name: string };

export type Command =
  | { kind: 'filter'; all: Condition[] }
  | { kind: 'fields'; fields: string[] }
  | { kind: 'stats'; aggregates: Aggregate[]; by: Group[] }
  | { kind: 'sort'; field: string; descending: boolean }
  | { kind: 'limit'; count: number };

/** What a query is made of; a text that is none of these ends where it begins. */
const tokens =
  /\s*(?:(?<pipe>\|)|(?<text>"[^"]*")|(?<pattern>\/(?:\\.|[^/\\])+\/)|(?<word>[@A-Za-z_][\w.]*|\d+[smhd]?)|(?<sign>[(),*=/]))/y;

interface Token {
  kind: string;
  text: string;
}

/**
 * Reads a query of CloudWatch Logs Insights, as far as the language goes that the runbook uses.
 * @throws NotImplemented that names the place from which on it is not understood
 */
export function parseQuery(query: string): Command[] {
  return new Parser(query).commands();
}

class Parser {
  readonly #query: string;
  #at = 0;

  constructor(query: string) {
    this.#query = query.trim();
  }

  commands(): Command[] {
    const commands = [this.#command()];
    while (this.#at < this.#query.length) {
      this.#take('|');
      commands.push(this.#command());
    }
    return commands;
  }

  #command(): Command {
    switch (this.#word()) {
      case 'filter':
        return { kind: 'filter', all: this.#list('and', () => this.#condition()) };
      case 'fields':
        return { kind: 'fields', fields: this.#list(',', () => this.#word()) };
      case 'stats': {
        const aggregates = this.#list(',', () => this.#aggregate());
        return { kind: 'stats', aggregates, by: this.#takes('by') ? this.#list(',', () => this.#group()) : [] };
      }
      case 'sort': {
        const field = this.#word();
        return { kind: 'sort', field, descending: this.#takes('desc') || !this.#takes('asc') };
      }
      case 'limit':
        return { kind: 'limit', count: this.#count() };
      default:
        return this.#refuse();
    }
  }

  #condition(): Condition {
    const field = this.#word();
    if (field === 'ispresent') return { kind: 'ispresent', field: this.#inside(() => this.#word()) };
    if (this.#takes('like')) {
      const { kind, text } = this.#next();
      if (kind !== 'pattern') return this.#refuse();
      return { kind: 'like', field, pattern: new RegExp(text.slice(1, -1)) };
    }
    this.#take('=');
    const { kind, text } = this.#next();
    if (kind !== 'text') return this.#refuse();
    return { kind: 'equals', field, value: text.slice(1, -1) };
  }

  #aggregate(): Aggregate {
    const of = this.#word();
    if (of === 'count') {
      this.#inside(() => this.#take('*'));
      this.#take('as');
      return { name: this.#word(), of };
    }
    if (of !== 'count_distinct' && of !== 'sum' && of !== 'max' && of !== 'latest') return this.#refuse();
    const expression = this.#inside(() => this.#expression());
    this.#take('as');
    return { name: this.#word(), of, expression };
  }

  #expression(): Expression {
    const left = this.#word();
    return this.#takes('/') ? { left, divisor: this.#word() } : { left };
  }

  #group(): Group {
    const field = this.#word();
    if (field !== 'bin') return { field };
    const period = this.#inside(() => this.#word());
    const unit = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[period.at(-1) ?? ''];
    return unit === undefined ? this.#refuse() : { bin: Number.parseInt(period, 10) * unit, name: `bin(${period})` };
  }

  #count(): number {
    const count = Number(this.#word());
    return Number.isInteger(count) ? count : this.#refuse();
  }

  #list<T>(separator: string, read: () => T): T[] {
    const items = [read()];
    while (this.#takes(separator)) items.push(read());
    return items;
  }

  #inside<T>(read: () => T): T {
    this.#take('(');
    const content = read();
    this.#take(')');
    return content;
  }

  #word(): string {
    const { kind, text } = this.#next();
    return kind === 'word' ? text : this.#refuse();
  }

  #take(text: string): void {
    if (!this.#takes(text)) this.#refuse();
  }

  #takes(text: string): boolean {
    const start = this.#at;
    if (start < this.#query.length && this.#next(text).text === text) return true;
    this.#at = start;
    return false;
  }

  /** A slash divides where a sign is looked for, and begins a pattern elsewhere. */
  #next(sought?: string): Token {
    const rest = this.#query.slice(this.#at);
    const [divided] = sought === '/' ? (/^\s*\//.exec(rest) ?? []) : [];
    tokens.lastIndex = this.#at;
    const found = divided === undefined ? tokens.exec(this.#query) : undefined;
    if (divided === undefined && !found) return sought === undefined ? this.#refuse() : { kind: 'none', text: '' };
    this.#at += (divided ?? found?.[0] ?? '').length;
    const [kind = 'sign', text = '/'] =
      Object.entries(found?.groups ?? {}).find(([, part]) => part !== undefined) ?? [];
    return { kind, text };
  }

  #refuse(): never {
    throw new NotImplemented(`the Logs Insights query "${this.#query.slice(0, this.#at)}" with what follows`);
  }
}
