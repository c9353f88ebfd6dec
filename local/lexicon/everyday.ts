/** Words that mean something else more often than not, and the context that shows a medical meaning. */
import { listOf } from '../../pipeline/phrases.ts';
import { guards } from './guards.ts';
import { nounForm, verbForm } from './stems.ts';

/** Everyday words that are also titles in the official code table, or that are spelt like an abbreviation. */
const everyday = new Set(
  (
    'accident act aid aids age air all alone am an and anger arms as assault at back bad be birth bite blood bug burn but can care ' +
    'change child cold contact convalescence counselling cyst deal death delivery diet diets disorder disorders done dose drop drowning ear ed even examination eye ' +
    'exposure face fall fat fever find fit food foreign gas general go good growth had hand has he head heart help here hip hit home ' +
    'hot hunger if ill illness in infection infections injury is it its large late leave legal light lip load loss lots low male man mass may me ' +
    'men mix more movement nail name neck need nose now old on only other pad pain part pass pe period place play poor present pressure pulse rash rest ' +
    'resting retained right run sad said see set shock short sick side sit skin sleep small so speech spot state still stop stress stroke sun ta tension test tests the ' +
    'thirst tip to top transplant unhappiness up us vision voice walk was water weight well wet white who wind work worries worry'
  ).split(' '),
);

export function isEveryday(word: string): boolean {
  return everyday.has(word);
}

/** Whether a word's meaning depends on its context. */
export function isGuarded(word: string): boolean {
  return Object.hasOwn(guards, word);
}

const service = new RegExp(
  `^ (?:${listOf`
    clinics?|nurses?|units?|teams?|wards?|services?|specialists?|doctors?|department|helpline|charity|society
    leaflet|diary|questionnaire|scores?|scale|screening|testing|checks?|reviews?
    killers?|relief|relievers?|jabs?|vaccines?|vaccinations?|boosters?|shots?
  `}) `,
);

/**
 * Whether the words after a name make it the name of a service, a person or a paper: "asthma nurse", "chest pain
 * clinic".
 */
export function isService(after: string): boolean {
  return service.test(after);
}

/** Whether a mention has its medical meaning, judged by its words and by the flow around it. */
export function isMeant(words: string, before: string, after: string): boolean {
  const guard = guards[words] ?? guards[nounForm(words)] ?? guards[verbForm(words)];
  if (guard === undefined) return true;
  const { needs, not } = guard;
  if (not?.before?.test(before) || not?.after?.test(after)) return false;
  return needs === undefined || needs.before?.test(before) === true || needs.after?.test(after) === true;
}
