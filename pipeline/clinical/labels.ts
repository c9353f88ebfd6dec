import type { Entity } from './entities.ts';
import { testNameOf } from './testNames.ts';

/**
 * The name that a test is written by, else the words of the surest mention. "Headache" at the start of a sentence is the same word
 * as "headache"; "HIV" and "HbA1c" stay.
 */
export function toLabel(mentions: readonly Entity[]): string {
  const surest = mentions.reduce((best, entity) => (entity.score > best.score ? entity : best));
  const name = testNameOf(surest);
  if (name !== undefined) return name;
  const { text } = surest;
  return /^\p{Lu}\p{Ll}+(?![\p{L}\d])/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** The id of the earliest mention, by begin and then by category. */
export function toId(mentions: readonly Entity[]): string {
  const isBefore = (a: Entity, b: Entity) => a.begin < b.begin || (a.begin === b.begin && a.category < b.category);
  return mentions.reduce((first, entity) => (isBefore(entity, first) ? entity : first)).id;
}
