import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import type { ChartEvidence, ChartFinding } from '../../pipeline/reading/chart.ts';
import type { Glance } from '../glance.ts';
import { toClock } from '../../pipeline/reading/clock.ts';
import { allOf, groups } from '../order.ts';
import type { State } from '../reviewState.ts';
import { words } from '../words.ts';
import { type Act, Said } from './controls.tsx';
import { toLine } from './finding.tsx';

const { findings } = words;

interface Props {
  state: State;
  seen: Glance;
  act: Act;
  select: (finding: string | null) => void;
  hear: (evidence: ChartEvidence) => void;
  hearGap: (startMs: number, endMs: number) => void;
  decideOnCode: (n: number, review: 'suggested' | 'rejected') => void;
  giveStatus: (finding: string, status: string) => void;
}

/** A line as it was drawn last: the same line is not compared again. */
interface Drawn {
  finding: ChartFinding;
  isSelected: boolean;
  line: VNode;
}

/** Every finding, in the order in which they are read. */
export function Findings({ state, seen: { gaps, read }, hearGap, ...does }: Props) {
  const { chart, order, selected } = state;
  const byId = new Map(allOf(chart).map((finding) => [finding.id, finding]));
  const lines = useRef(new Map<string, Drawn>()).current;
  const lineOf = (finding: ChartFinding) => {
    const isSelected = finding.id === selected;
    const before = lines.get(finding.id);
    if (before?.finding === finding && before.isSelected === isSelected) return before.line;
    const line = toLine({ finding, isSelected, turns: chart.turns, ...does });
    lines.set(finding.id, { finding, isSelected, line });
    return line;
  };
  return (
    <section class="findings pane" id="findings" aria-labelledby="findings-title" tabIndex={0}>
      <h2 id="findings-title">{findings.title}</h2>
      {gaps.length > 0 && (
        <section id="unread" class="unread" aria-labelledby="unread-title">
          <h3 id="unread-title">{findings.gaps}</h3>
          <ul>
            {gaps.map(({ startMs, endMs, errors }) => (
              <li key={startMs}>
                {findings.gap(toClock(startMs), toClock(endMs))} <span class="quiet">{errors.join(', ')}</span>{' '}
                <button type="button" class="button" onClick={() => hearGap(startMs, endMs)}>
                  {words.actions.hear}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {order.size === 0 && <p class="none">{noneOf(read)}</p>}
      {groups.map((group) => {
        const ids = order.get(group);
        return (
          ids && (
            <section key={group} class={`group is-${group}`} aria-labelledby={`g-${group}`}>
              <h3 id={`g-${group}`}>
                {words.groups[group]} <span class="quiet">{ids.length}</span>
              </h3>
              <ul>
                {ids.map((id) => {
                  const finding = byId.get(id);
                  return finding && lineOf(finding);
                })}
              </ul>
            </section>
          )
        );
      })}
      {chart.unmapped.length > 0 && (
        <section class="group" aria-labelledby="unmapped">
          <h3 id="unmapped">{findings.unmapped}</h3>
          <p>
            {chart.unmapped.map(({ text, begin }, at) => (
              <span key={begin}>
                {at > 0 && ', '}
                <Said text={text} />
              </span>
            ))}
          </p>
        </section>
      )}
    </section>
  );
}

function noneOf(read: Glance['read']): string {
  if (read === 'not-coded') return findings.noneNotCoded;
  if (read === 'no-speech') return findings.noneSilent;
  return read === 'partly' ? findings.nonePartly : findings.noneAll;
}
