import type { ChartCode, ChartFinding } from '../../pipeline/reading/chart.ts';
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

/** A finding: one line, and below it what proves it once it is selected. */
export function FindingView(props: Props) {
  const { finding, isSelected, select } = props;
  const status = statusOf(finding);
  const code = bestCode(finding);
  const marks = marksOf(finding);
  const classes = ['finding', `is-${status.tone}`, `was-${finding.decision}`, ...(isSelected ? ['is-selected'] : [])];
  return (
    <li class={classes.join(' ')}>
      <button
        type="button"
        class="line"
        id={lineId(finding.id)}
        aria-expanded={isSelected}
        onClick={() => select(isSelected ? null : finding.id)}
      >
        <Status status={status} />
        <span class="what">
          <span class="label">
            <Said text={finding.label} />
          </span>
          <span class="facts">
            {factsOf(finding).map((fact) => (
              <span key={fact}>
                {' · '}
                <Said text={fact} />
              </span>
            ))}
          </span>
        </span>
        <span class="marks">
          {marks.map((mark) => (
            <span class={mark.startsWith('✓') ? 'mark is-done' : 'mark'} key={mark}>
              {mark}
            </span>
          ))}
        </span>
        <span class="code">
          {code ? (
            <CodeWords code={code} />
          ) : (
            <span class="quiet">{finding.codes.length > 0 ? findings.setAside : findings.noCode}</span>
          )}
        </span>
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

function CodeWords({ code: { code, review, ...rest } }: { code: ChartCode }) {
  return (
    <>
      {rest.system !== 'ICD-10-CM' && <span class="quiet">{rest.system} </span>}
      <span class={`code-value is-${review}`}>{code}</span>
      {isUnsureCode({ code, review, ...rest }) && <span class="mark">{findings.unsure}</span>}
    </>
  );
}
