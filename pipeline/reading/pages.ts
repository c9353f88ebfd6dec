import { Refusal } from '../refusals.ts';
import type { Opened } from './opened.ts';

/** How often a consultation is read from its first page again because somebody worked on it in between. */
const attempts = 3;

/**
 * A whole consultation, of however many pages. All of them are of one revision.
 * @param open answers the page of this number, from 0 on
 * @throws Refusal ChangedMeanwhile when it is changed each time between two pages
 */
export async function openAll(open: (page: number) => Promise<Opened>): Promise<Opened> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { page, ...first } = await open(0);
    const others: Opened[] = [];
    for (let number = 1; number < (page?.of ?? 1); number += 1) others.push(await open(number));
    if (others.every(({ revision }) => revision === first.revision)) return join(first, others);
  }
  throw new Refusal('ChangedMeanwhile');
}

/** The first page has everything that is not in pages. */
function join(first: Opened, others: readonly Opened[]): Opened {
  const all = <Name extends 'turns' | 'entities' | 'codes'>(name: Name) =>
    [first, ...others].flatMap((page): Opened[Name][number][] => page[name]) as Opened[Name];
  return others.length === 0
    ? first
    : { ...first, turns: all('turns'), entities: all('entities'), codes: all('codes') };
}
