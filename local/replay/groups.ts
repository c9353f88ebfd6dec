import * as v from 'valibot';
import type { Case } from '../cases/caseFolder.ts';
import { parseJson } from '../cases/standIn.ts';
import { defaultOperations, type Operation, operationNames } from '../../pipeline/clinical/operations.ts';

/** Cases that one stack can run: none of two of them has words that are to be answered in two ways. */
export interface Group {
  /** The Comprehend Medical operations that its deployment calls. */
  operations: readonly Operation[];
  cases: Case[];
}

/**
 * Groups the cases by the operations that their deployment calls: those that the case names, else the given ones; and
 * apart from cases with the same words and other answers, since the service is told nothing but the words. Groups come in
 * the order of their first case.
 */
export function toGroups(cases: readonly Case[], otherwise: readonly Operation[] = defaultOperations): Group[] {
  const groups: Group[] = [];
  const answersOf = new Map<Group, Map<string, string>>();
  for (const given of cases) {
    const wanted = given.session?.operations ?? otherwise;
    const operations = operationNames.filter((name) => wanted.includes(name));
    const [words, answers] = [wordsOf(given), JSON.stringify(given.answers ?? null)];
    const isFit = (group: Group) =>
      group.operations.join() === operations.join() && (answersOf.get(group)?.get(words) ?? answers) === answers;
    const group = groups.find(isFit) ?? newGroup(groups, operations);
    group.cases.push(given);
    answersOf.set(group, (answersOf.get(group) ?? new Map<string, string>()).set(words, answers));
  }
  return groups;
}

function newGroup(groups: Group[], operations: readonly Operation[]): Group {
  const group: Group = { operations, cases: [] };
  groups.push(group);
  return group;
}

const JobResult = v.object({ results: v.object({ transcripts: v.array(v.object({ transcript: v.string() })) }) });

/** The words of a case, whatever their times and speakers; a case without a job result has its own. */
function wordsOf({ name, job }: Case): string {
  const parsed = v.safeParse(JobResult, job === undefined ? undefined : parseJson(Buffer.from(job)));
  if (!parsed.success) return `a case named ${name}`;
  return parsed.output.results.transcripts.map(({ transcript }) => transcript.replaceAll(/\s+/g, ' ')).join('\n');
}
