/** "Stiff neck" is also "my neck is stiff": the same name said the other way round. */
import { verbForm } from './stems.ts';
import { complaintWords } from './words.ts';

/** "My neck's stiff" has no word between the two, hence the empty link. */
const links = ['', 'is', 'are', 'feels', 'feel', 'was', 'were', 'has been', 'have been', 'gets', 'has gone', 'looks'];
/** Complaints, which find their part of the body wherever it stands. */
const joined = new Set(
  Object.keys(complaintWords)
    .flatMap((words) => words.split('|'))
    .map(verbForm),
);

/**
 * Turns a name made of an adjective and a part of the body into the order of a sentence; no result for any other name.
 */
export function sentencesOf(name: string, isSite: (word: string) => boolean): string[] {
  const [adjective = '', site = '', ...more] = name.split(' ');
  const turns = more.length === 0 && isSite(site) && !isSite(adjective) && !joined.has(verbForm(adjective));
  return turns ? links.map((link) => [site, link, adjective].filter((word) => word !== '').join(' ')) : [];
}
