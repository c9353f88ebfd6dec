import type { ComponentChildren } from 'preact';
import type { Chart, ChartFinding } from '../../pipeline/reading/chart.ts';
import { factsOf } from '../facts.ts';
import type { Glance } from '../glance.ts';
import { words } from '../words.ts';
import { Said } from './controls.tsx';

const { glance } = words;

interface Props {
  chart: Chart;
  seen: Glance;
  goTo: (finding: string) => void;
  correctRoles: () => void;
  /** Null while no role is corrected. */
  showWhatIf: (() => void) | null;
}

/** What a clinician must know before anything else, without scrolling. */
export function GlanceView({ chart, seen, goTo, correctRoles, showWhatIf }: Props) {
  const { changes } = seen;
  const anyChange = Object.values(changes).flat().length > 0;
  const none = noneOf(seen.read);
  const toCheck = seen.check.length + seen.contradicted.length;
  return (
    <section class="glance" aria-labelledby="glance">
      <h2 id="glance" class="sr-only">
        {glance.title}
      </h2>
      <Trust {...{ seen, chart, correctRoles, showWhatIf }} />
      <div class="tiles">
        <Tile
          title={seen.check.length === 0 && toCheck > 0 ? words.groups.contradicted : words.groups.check}
          isAlert={toCheck > 0}
        >
          {(seen.check.length > 0 || toCheck === 0) && (
            <Labels findings={seen.check} goTo={goTo} none={seen.read === 'all' ? glance.nothingToCheck : none} />
          )}
          {seen.check.length > 0 && seen.contradicted.length > 0 && <h3>{words.groups.contradicted}</h3>}
          {seen.contradicted.length > 0 && <Labels findings={seen.contradicted} goTo={goTo} none="" />}
        </Tile>
        <Tile title={words.groups.allergies} isAlert={seen.allergies.length > 0}>
          <Labels findings={seen.allergies} goTo={goTo} none={noAllergy(chart, seen.read)} />
        </Tile>
        <Tile title={glance.medicines}>
          {anyChange ? (
            <dl class="changes">
              <Change title={glance.starts} sign="+" findings={changes.new} goTo={goTo} />
              <Change title={glance.changes} sign="±" findings={changes['dose-changed']} goTo={goTo} />
              <Change title={glance.stops} sign="■" findings={changes.stopped} goTo={goTo} />
            </dl>
          ) : (
            <p class="none">{none}</p>
          )}
        </Tile>
        <Tile title={words.groups.problems}>
          <Labels findings={seen.problems} goTo={goTo} none={none} />
        </Tile>
      </div>
    </section>
  );
}

/** An empty list never looks healthy: it says how far somebody looked. */
function noneOf(read: Glance['read']): string {
  if (read === 'all') return glance.noneHeard;
  return read === 'partly' ? glance.noneInRead : glance.notLookedFor;
}

function noAllergy({ notLookedFor }: Chart, read: Glance['read']): string {
  if (notLookedFor.includes('allergies')) return glance.notInVersion;
  return read === 'all' ? glance.noAllergy : noneOf(read);
}

function Trust({ seen, chart, correctRoles, showWhatIf }: Omit<Props, 'goTo'>) {
  const { findings, codes } = chart.open;
  const hasFindings = Object.values(chart.findings).some((list) => list.length > 0);
  const isUnsure = seen.roles.some(({ isSure }) => !isSure);
  return (
    <dl class="trust">
      <div class={isUnsure ? 'is-alert' : ''}>
        <dt>{glance.roles}</dt>
        <dd>
          {seen.roles.map(({ label, role, isSure, isCorrected }) => (
            <span class="role" key={label}>
              {words.roles[role]} <span class="quiet">{label}</span>
              {`, ${isCorrected ? glance.rolesCorrected : isSure ? glance.rolesSure : glance.rolesUnsure}`}
            </span>
          ))}
          {seen.roles.length === 0 ? (
            glance.rolesNone
          ) : (
            <button type="button" class="link" onClick={correctRoles}>
              {words.actions.role}
            </button>
          )}
          {showWhatIf && (
            <button type="button" class="link" onClick={showWhatIf}>
              {words.actions.whatIf}
            </button>
          )}
        </dd>
      </div>
      <div class={seen.read === 'all' ? '' : 'is-alert'}>
        <dt>{glance.read}</dt>
        <dd>
          <ReadWords seen={seen} />
          {seen.flags.length > 0 && <span class="flags">{seen.flags.map((flag) => words.flags[flag]).join(', ')}</span>}
        </dd>
      </div>
      <div>
        <dt>{glance.waits}</dt>
        <dd>
          {findings + codes === 0 ? (
            hasFindings ? (
              glance.nothingWaits
            ) : (
              glance.nothingFound
            )
          ) : (
            <span>
              <b>{glance.findings(findings)}</b>, {glance.codes(codes)}
            </span>
          )}
        </dd>
      </div>
    </dl>
  );
}

function ReadWords({ seen: { read, gaps } }: { seen: Glance }) {
  if (read === 'all') return <>{glance.readAll}</>;
  if (read === 'no-speech') return <b>{glance.noSpeech}</b>;
  if (read === 'not-coded') return <b>{glance.notCoded}</b>;
  return (
    <a href="#unread">
      <b>{glance.readPartly(gaps.length)}</b>
    </a>
  );
}

function Tile(props: { title: string; isAlert?: boolean; children: ComponentChildren }) {
  return (
    <div class={`tile${props.isAlert ? ' is-alert' : ''}`}>
      <h3>{props.title}</h3>
      {props.children}
    </div>
  );
}

const shown = 8;

function Labels({ findings, goTo, none }: { findings: readonly ChartFinding[]; goTo: Props['goTo']; none: string }) {
  if (findings.length === 0) return <p class="none">{none}</p>;
  return (
    <ul class="labels">
      {findings.slice(0, shown).map((finding) => (
        <li key={finding.id}>
          <LabelButton finding={finding} goTo={goTo} />
        </li>
      ))}
      {findings.length > shown && <li class="quiet">{glance.more(findings.length - shown)}</li>}
    </ul>
  );
}

function LabelButton({ finding, goTo }: { finding: ChartFinding; goTo: Props['goTo'] }) {
  return (
    <button type="button" class="link" onClick={() => goTo(finding.id)}>
      <Said text={finding.label} />
    </button>
  );
}

function Change(props: { title: string; sign: string; findings: readonly ChartFinding[]; goTo: Props['goTo'] }) {
  if (props.findings.length === 0) return null;
  return (
    <div>
      <dt>
        <span aria-hidden="true">{props.sign}</span> {props.title}
      </dt>
      <dd>
        {props.findings.slice(0, shown).map((finding, at) => (
          <span key={finding.id}>
            {at > 0 && ', '}
            <LabelButton finding={finding} goTo={props.goTo} />
            <span class="quiet">{doseOf(finding)}</span>
          </span>
        ))}
        {props.findings.length > shown && (
          <span class="quiet">{`, ${glance.more(props.findings.length - shown)}`}</span>
        )}
      </dd>
    </div>
  );
}

/** The dose alone: the rest of how it is taken stands in the findings. */
function doseOf(finding: ChartFinding): string {
  const { found, status, foundAs } = finding;
  const dose = status === foundAs && 'dose' in found ? found.dose.join(' / ') : '';
  if (dose === '' || !factsOf(finding).includes(dose)) return '';
  // A number stays with its unit.
  return ` ${dose.replaceAll(/(\d) /g, '$1\u00A0')}`;
}
