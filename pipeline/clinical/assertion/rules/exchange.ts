import { isBareYes, readVerdict, type Verdict, withoutFillers } from './answers.ts';
import { type Named, onlyThese, readNamed } from './naming.ts';
import { anyOf, listOf } from '../../../phrases.ts';
import { asksOfFamily, calledByName, somebody } from './kin.ts';
import { isPresupposed, isReadBack, type Question } from './questions.ts';

/** What an exchange makes of the finding that was asked about. */
export type Outcome = Verdict | 'presupposed' | 'one-of-several' | 'left-out' | 'of-a-relative';

/** A question and what was said to it. */
interface Exchange {
  question: Question;
  said: string;
  named: Named;
  verdict: Verdict;
  /** Another question stands between: a yes may mean that one. */
  hasRival: boolean;
}

type Reading = (exchange: Exchange) => Outcome | undefined;

/** "Any fever or cough?" "No fever.", "Just the cough." */
const isDenied: Reading = ({ named }) => {
  if (named === 'denied') return 'no';
  return named === 'left-out' ? 'left-out' : undefined;
};

/** "Does anybody in the family have it?" "My nan." */
const namesRelative = new RegExp(`^(?:just |only |both )?(?:(?:on )?my|our|${calledByName}) ?\\b`, 'i');
const hasRelative: Reading = ({ question, said, verdict }) => {
  const own = withoutFillers(said);
  if (verdict !== 'unclear' || !namesRelative.test(own)) return undefined;
  if (asksOfFamily.test(question.text)) return 'yes';
  return haveIt.test(own) ? 'of-a-relative' : undefined;
};
/** "Any epilepsy?" "My cousin's got it." */
const haveIt = new RegExp(
  String.raw`^(?:my|our) (?:\w+ )?(?:${somebody})s?(?:'s| has| have|'ve| had| did| does)\b(?: got)?(?: (?:it|that|one|them))?\b`,
  'i',
);

/** A thing that is pointed at: "the pain", "your bad back". */
const theOne = /\b(?:the|your|this|that|these|those|his|her) (?:\w+ )?$/i;
/** "Is your ...?": what stands right after a helping verb is there if something is said of it, "worse", "under control". */
const isSubject =
  /(?:^|[,;] |\b(?:and|so|but|or|then) )(?:is|are|was|were|do|does|did|has|have) (?:the|your|this|that|these|those|his|her) (?:\w+ )?$/i;
/** "Did you have the scan?", "Do you feel your heart racing?": asks whether, for all its "the". */
const asksWhether = new RegExp(
  listOf`
    \b(?:have|had|do|did|take|taken|took|get|got|feel|felt|notice|noticed|see|seen|find|start|started|use|used|tried|try|is|was|are|were|be|been) (?:the|your|this|that|these|those|his|her) (?:\w+ )?$
    \b(?:problems?|trouble|issues?|difficult\w*|bother\w*|concerns?|wrong|signs?|history)\b[\w ]{0,12}\b(?:with|of|in) (?:the|your|his|her) (?:\w+ )?$
  `,
  'i',
);
const neverTaken =
  /\b(?:miss|missed|forget|forgotten|forgot|skip|skipped|run out of|ran out of|problems? with|trouble with|side effects?)\b[\w ]*$/i;
const nothingSaid = /^(?: (?:at all|today|now|anywhere|lately|recently|yet|too|as well|much|then))*(?:[?.,!]|$)/i;

function isKnown({ ahead, behind, isMedicine }: Question): boolean {
  if (isMedicine && neverTaken.test(ahead)) return true;
  if (/\bmore $/i.test(ahead) && /^ than\b/i.test(behind)) return true;
  if (!theOne.test(ahead)) return false;
  return isSubject.test(ahead) || asksWhether.test(ahead) ? !nothingSaid.test(behind) : true;
}

const asksIfStill = /\b(?:still|there|ongoing|continuing|troubling|bothering|a problem)\b/i;
const neverHad = anyOf`never|ever (?:had|got)|(?:don't|haven't) (?:have|got)`;

/** "Is the pain worse at night?" takes the pain for granted, "Are you still in pain?" takes it for granted once. */
const isStill: Reading = ({ question, said, verdict }) => {
  const { ahead, behind } = question;
  if (verdict === 'unclear' && isSubject.test(ahead) && isKnown(question) && /\s\S+\s/.test(said)) return 'yes';
  if (verdict !== 'no' || asksToEnd.test(ahead)) return undefined;
  if (/\bstill\b/i.test(ahead)) return 'over';
  if (!isKnown(question) || neverHad.test(said)) return undefined;
  return asksIfStill.test(behind) ? 'over' : 'yes';
};

/** "Did you stop the aspirin?" */
const asksToEnd =
  /\b(?:stop|stopped|come off|came off|finish|finished|give up|gave up|quit)(?: taking| using)?(?: the| your| that)? (?:\w+ )?$/i;
const asksOfEnd = new RegExp(
  String.raw`^(?:,? (?:is|are|has|have) (?:it|that|they|this|those))?(?: \w+)? (?:all |completely |now |been )*(?:${listOf`
    gone|go away|sorted|over|finished|clear(?:ed)?|settled?|stop(?:ped)?|disappear(?:ed)?|resolved?|pass(?:ed)?
    ease off
  `})\b`,
  'i',
);

/** "Has the rash gone?" */
const notYet = anyOf`left|to go|nearly|almost|not quite`;
const isEnd: Reading = ({ question, said, verdict }) => {
  if (!asksOfEnd.test(question.behind) && !asksToEnd.test(question.ahead)) return undefined;
  if (notYet.test(said)) return 'yes';
  return verdict === 'yes' ? 'over' : verdict === 'no' ? 'yes' : undefined;
};

const asksOfChange =
  /\b(?:any|a|much) (?:change|improvement|difference|let-up|relief)(?: (?:in|to|with|from|of))? (?:the|your|that|this|his|her) (?:\w+ )?$/i;

/** "Any change in the rash?" */
const isUnchanged: Reading = ({ question, verdict }) =>
  verdict === 'no' && asksOfChange.test(question.ahead) ? 'yes' : undefined;

/** "No, the inhaler keeps the wheeze away." names it and is a no; "No, just a bit of a wheeze." is none. */
const bareNo = /^(?:no|nope|nah)\b(?=[,.!]|$)/i;
const isNamed: Reading = ({ said, named, verdict }) => {
  if (named !== 'named' || verdict === 'over' || verdict === 'unsure') return undefined;
  const isNo = verdict === 'no' && bareNo.test(withoutFillers(said)) && !onlyThese.test(said);
  return isNo ? undefined : 'yes';
};

/** "How often do you get it?" "Never." */
const deniesAll = anyOf`never|none|not at all|don't think|(?:don't|doesn't|haven't) (?:get|have|had|got|take|use)`;

const isTaken: Reading = ({ question, said, verdict }) =>
  (verdict === 'no' || verdict === 'unsure') && isPresupposed(question) && !deniesAll.test(said)
    ? 'presupposed'
    : undefined;

/** "Do you get it at rest?" "No, only when I walk." */
const isQualified =
  /^(?:no|nope)[, ]+(?:only|just) (?:a (?:little )?bit\b|slightly|sometimes|occasionally|when|if|after|at|on|in the|during|with|first thing)\b/i;
const isOnlyThen: Reading = ({ said, verdict }) =>
  verdict === 'no' && isQualified.test(withoutFillers(said)) ? 'yes' : undefined;

/** "Any allergies?" "No, just latex." */
const isExcepted: Reading = ({ question, said, verdict }) =>
  verdict === 'no' && /allerg/i.test(question.finding) && /\b(?:just|only|except|apart from|other than)\b/i.test(said)
    ? 'yes'
    : undefined;

/** "You've no wheeze?": no denies what it asks about, yes may do so too. */
const asksForNo = /\b(?:no|not|never|don't|haven't|didn't|doesn't|isn't|aren't|hasn't|without)\b[\w' ]{0,25}$/i;

const isEither: Reading = ({ question, said, verdict }) =>
  verdict === 'yes' && asksForNo.test(question.ahead) && isBareYes(said) && !isReadBack(question.text)
    ? 'unclear'
    : undefined;

const isToSeveral: Reading = ({ question, said, verdict, hasRival }) => {
  if (verdict !== 'yes') return undefined;
  return hasRival || (!question.isAlone && !/\bboth\b|\ball (?:of |three|four)|^all\b/i.test(said))
    ? 'one-of-several'
    : undefined;
};

/** In the order in which they decide. */
const readings: readonly Reading[] = [
  isDenied,
  hasRelative,
  isStill,
  isEnd,
  isUnchanged,
  isNamed,
  isTaken,
  isOnlyThen,
  isExcepted,
  isEither,
  isToSeveral,
];

/** What is said after a question, as an answer to it; undefined when it is none. */
export function readExchange(question: Question, said: string, hasRival: boolean): Outcome | undefined {
  const named = readNamed(said, question.names, question.others);
  const verdict = readVerdict(said, question.text);
  for (const reading of readings) {
    const outcome = reading({ question, said, named, verdict, hasRival });
    if (outcome) return outcome;
  }
  return verdict === 'unclear' ? undefined : verdict;
}
