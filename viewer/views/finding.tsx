import type { ChartFinding } from '../../pipeline/reading/chart.ts';
import { bestCode, factsOf, isUnsure, isUnsureCode, statusOf, statusWord } from '../facts.ts';
import { words } from '../words.ts';
import { Said } from './controls.tsx';
import type { DetailProps } from './detail.tsx';
import { later } from './later.tsx';
import { Status } from './status.tsx';

export const Detail = later(async () => (await import('./detail.tsx')).Detail);

const { findings } = words;

interface Props extends DetailProps {
  isSelected: boolean;
  select: (finding: string | null) => void;
}

export const lineId = (finding: string) => `f-${finding}`;

/**
 * A finding: one line, and below it what proves it once it is selected. Four hours have a thousand of them: a line has few
 * elements, and no component of its own.
 */
export function toLine({ isSelected, select, ...props }: Props) {
  const { finding } = props;
  const status = statusOf(finding);
  const [marks, facts] = [marksOf(finding), factsOf(finding)];
  const classes = ['finding', `is-${status.tone}`, `was-${finding.decision}`, ...(isSelected ? ['is-selected'] : [])];
  return (
    <li key={finding.id} class={classes.join(' ')}>
      <button
        type="button"
        class="line"
        id={lineId(finding.id)}
        aria-expanded={isSelected}
        onClick={() => select(isSelected ? null : finding.id)}
      >
        {Status({ status })}
        <span class="what">
          <bdi dir="auto" class="label">
            {finding.label}
          </bdi>
          {facts.length > 0 && (
            <span class="facts">
              {facts.map((fact) => (
                <span key={fact}>
                  {' · '}
                  <Said text={fact} />
                </span>
              ))}
            </span>
          )}
        </span>
        {marks.length > 0 && (
          <span class="marks">
            {marks.map((mark) => (
              <span class={mark.startsWith('✓') ? 'mark is-done' : 'mark'} key={mark}>
                {mark}
              </span>
            ))}
          </span>
        )}
        <span class="code">{codeWords(finding)}</span>
      </button>
      {isSelected && <Detail {...props} />}
    </li>
  );
}

/** What must be known of a finding beside its status: in words, because colour is not enough. */
function marksOf(finding: ChartFinding): string[] {
  const { decision, toCheck, contradictedBy, status, foundAs } = finding;
  return [
    ...(toCheck ? [words.groups.check] : []),
    ...(contradictedBy.length > 0 ? [words.groups.contradicted] : []),
    ...(isUnsure(finding) ? [findings.unsure] : []),
    ...(decision === 'open' ? [] : [`✓ ${findings.decision[decision]}`]),
    ...(status === foundAs ? [] : [findings.was(statusWord(foundAs).word)]),
  ];
}

/** The code of a line, or why there is none. */
function codeWords(finding: ChartFinding) {
  const code = bestCode(finding);
  if (!code) return <span class="quiet">{finding.codes.length > 0 ? findings.setAside : findings.noCode}</span>;
  return [
    code.system !== 'ICD-10-CM' && <span class="quiet">{`${code.system} `}</span>,
    <span class={`code-value is-${code.review}`}>{code.code}</span>,
    isUnsureCode(code) && <span class="mark">{findings.unsure}</span>,
  ];
}
