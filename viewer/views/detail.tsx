import type { ChartCode, ChartEvidence, ChartFinding, ChartTurn } from '../../pipeline/reading/chart.ts';
import type { Role } from '../../pipeline/transcript/transcript.ts';
import { reasons } from '../../pipeline/clinical/reasons.ts';
import { isUnsureCode, statusOf, statusWord } from '../facts.ts';
import { toClock } from '../../pipeline/reading/clock.ts';
import { choicesOf } from '../choices.ts';
import { agree, mustChoose, wouldTake } from '../verbs.ts';
import { notableOf } from '../typed.ts';
import { laterWords } from '../laterWords.ts';
import { groupOfList } from '../order.ts';
import { words } from '../words.ts';
import { type Act, ActionButton, Key, Said } from './controls.tsx';
import { Status } from './status.tsx';

const { detail } = laterWords;
const { findings } = words;

export interface DetailProps {
  finding: ChartFinding;
  /** Of the chart, for whoever speaks in them. */
  turns: readonly ChartTurn[];
  act: Act;
  hear: (evidence: ChartEvidence) => void;
  decideOnCode: (n: number, review: 'suggested' | 'rejected') => void;
  giveStatus: (finding: string, status: string) => void;
}

/** What proves a finding, and everything that can be decided about it. */
export function Detail({ finding, turns, act, hear, decideOnCode, giveStatus }: DetailProps) {
  const { toCheck, contradictedBy } = finding;
  return (
    <div class="detail">
      {(toCheck || contradictedBy.length > 0) && (
        <div class="choose">
          <p>{questionOf(finding)}</p>
          <div class="buttons">
            {likelyOf(finding).map((status) => (
              <button type="button" class="button" key={status} onClick={() => giveStatus(finding.id, status)}>
                <Status status={statusWord(status)} />
              </button>
            ))}
            <ActionButton action="status" act={act}>
              {detail.otherStatus}
            </ActionButton>
          </div>
        </div>
      )}
      <Evidences {...{ finding, hear, turns }} />
      <p class="quiet">{detail.because(reasons[finding.reason])}</p>
      {finding.note !== null && (
        <p>
          {detail.note}: <Said text={finding.note} />
        </p>
      )}
      <Codes finding={finding} act={act} decideOnCode={decideOnCode} />
      <div class="buttons">
        {!mustChoose(finding) && agree(finding).length > 0 && (
          <ActionButton action="agree" act={act}>
            {agreeWords(finding)}
          </ActionButton>
        )}
        {finding.codes.length > 0 && <ActionButton action="reject" act={act} />}
        <ActionButton action="wrong" act={act} />
        {!toCheck && contradictedBy.length === 0 && <ActionButton action="status" act={act} />}
        <ActionButton action="correct" act={act} />
        <ActionButton action="addCode" act={act} />
        {notableOf(finding).length > 0 && <ActionButton action="note" act={act} />}
      </div>
    </div>
  );
}

const likelyOf = (finding: ChartFinding) =>
  choicesOf(finding).flatMap(({ status, isLikely }) => (isLikely ? [status] : []));

/** What Accept does with this finding. */
function agreeWords(finding: ChartFinding): string {
  const codes = wouldTake(finding).map(({ code }) => code);
  return codes.length > 0 ? detail.agreeTo(codes.join(', ')) : detail.agreeAs(statusOf(finding).word);
}

function questionOf(finding: ChartFinding): string {
  const [first, second] = likelyOf(finding);
  if (finding.toCheck && first && second) return detail.toCheck(statusWord(first).word, statusWord(second).word);
  const others = finding.contradictedBy.map((list) => words.groups[groupOfList[list]]);
  return detail.contradicted(others.join(', '));
}

/** Two mentions in one sentence are one thing to hear. */
function distinct(evidence: readonly ChartEvidence[]): ChartEvidence[] {
  const keyOf = ({ spans, quote, startMs }: ChartEvidence) => `${spans[0]?.begin ?? startMs} ${quote}`;
  return [...new Map(evidence.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();
}

const shownEvidence = 2;

function Evidences({ finding, hear, turns }: Pick<DetailProps, 'finding' | 'hear' | 'turns'>) {
  const evidence = distinct(finding.evidence);
  const [first, rest] = [evidence.slice(0, shownEvidence), evidence.slice(shownEvidence)];
  return (
    <>
      <EvidenceList evidence={first} {...{ hear, turns }} hasKey />
      {rest.length > 0 && (
        <details>
          <summary>{detail.moreEvidence(rest.length)}</summary>
          <EvidenceList evidence={rest} {...{ hear, turns }} />
        </details>
      )}
    </>
  );
}

/** A quote's lines are of its spans, in the same order: a question and its answer are of two people. */
function roleOf({ spans, role }: ChartEvidence, line: number, turns: DetailProps['turns']): Role {
  return turns[spans[line]?.turn ?? -1]?.role ?? role;
}

type ListProps = Pick<DetailProps, 'hear' | 'turns'> & { evidence: readonly ChartEvidence[]; hasKey?: boolean };

function EvidenceList(props: ListProps) {
  return (
    <ul class="evidence">
      {props.evidence.map((evidence, at) => (
        <li key={evidence.entity}>
          <button type="button" class="button hear" onClick={() => props.hear(evidence)}>
            <span aria-hidden="true">▶</span> {words.actions.hear}{' '}
            {toClock(evidence.spans[0]?.startMs ?? evidence.startMs)}{' '}
            {props.hasKey && at === 0 && <Key shown="Enter" />}
          </button>
          <blockquote>
            {evidence.corrected.split('\n').map((line, n) => (
              // Lines of one quote have no other name than their place.
              <p key={n}>
                <b>{words.roles[roleOf(evidence, n, props.turns)]}:</b> “<Said text={line} />”
              </p>
            ))}
            {evidence.corrected !== evidence.quote && (
              <p class="quiet">
                {detail.asTranscribed}: “<Said text={evidence.quote} />”
              </p>
            )}
          </blockquote>
        </li>
      ))}
    </ul>
  );
}

const shownCodes = 1;

function Codes({ finding, act, decideOnCode }: Pick<DetailProps, 'finding' | 'act' | 'decideOnCode'>) {
  const { codes } = finding;
  if (codes.length === 0) return null;
  const hasOthers = codes.length > 1;
  // What Accept takes has no second button for it.
  const accepted = mustChoose(finding) ? [] : wouldTake(finding);
  const rows = codes.map((code, at) => (
    <CodeRow
      key={`${code.system} ${code.code}`}
      {...{ code, act, decideOnCode, hasOthers, canBeTaken: !accepted.includes(code) }}
      n={at + 1}
    />
  ));
  const rest = rows.slice(shownCodes);
  return (
    <>
      <ol class="codes">{rows.slice(0, shownCodes)}</ol>
      {rest.length > 0 && (
        <details>
          <summary>{detail.moreCodes(rest.length)}</summary>
          <ol class="codes" start={shownCodes + 1}>
            {rest}
          </ol>
        </details>
      )}
    </>
  );
}

type RowProps = Pick<DetailProps, 'act' | 'decideOnCode'> & {
  code: ChartCode;
  n: number;
  hasOthers: boolean;
  canBeTaken: boolean;
};

function CodeRow({ code, n, hasOthers, canBeTaken, act, decideOnCode }: RowProps) {
  // A code of one's own was never suggested: it is set aside, or taken again.
  const isOwn = code.source === 'clinician';
  const isOpen = code.review === 'suggested' || (isOwn && code.review === 'accepted');
  const to = isOpen ? 'rejected' : 'suggested';
  return (
    <li>
      <span class={`code-value is-${code.review}`}>
        {code.system} {code.code}
      </span>{' '}
      <span class="description">{isOwn ? detail.own : (code.description ?? detail.noDescription)}</span>{' '}
      <span class="mark">{isUnsureCode(code) ? findings.unsure : detail.review[code.review]}</span>
      {code.billable !== null && (
        <span class="quiet"> {code.billable ? detail.billable.yes : (code.hint ?? detail.billable.no)}</span>
      )}
      <span class="code-buttons">
        {canBeTaken && code.review !== 'accepted' && (
          <ActionButton action="pick" n={n} act={act}>
            {detail.take(code.code)}
          </ActionButton>
        )}
        {(isOwn ? isOpen : !isOpen || hasOthers) && (
          <button type="button" class="button" onClick={() => decideOnCode(n, to)}>
            {isOpen ? words.actions.setAside(code.code) : words.actions.restore(code.code)}
          </button>
        )}
      </span>
      {code.note !== null && (
        <p class="note">
          {detail.note}: <Said text={code.note} />
        </p>
      )}
    </li>
  );
}
