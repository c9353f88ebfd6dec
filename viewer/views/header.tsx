import type { Chart } from '../../pipeline/reading/chart.ts';
import { dated } from '../dates.ts';
import type { State } from '../reviewState.ts';
import { words } from '../words.ts';
import { type Act, ActionButton } from './controls.tsx';

const { glance } = words;

interface Props {
  state: State;
  act: Act;
  open: (dialog: 'documents' | 'sign' | 'release') => void;
}

/** Whose consultation it is, when and how long, and whether it is signed and released. */
export function Header({ state: { chart }, act, open }: Props) {
  const { signature, release, session, recording } = chart;
  return (
    <header class="header">
      <div class="whose">
        <h1>{words.title}</h1>
        <p>
          <b>{session.patientId === null ? glance.nobody : `${glance.patient} ${short(session.patientId)}`}</b>
          {session.appointmentId !== null && ` · ${glance.appointment} ${short(session.appointmentId)}`}
          {` · ${when(chart)} · `}
          <b>{length(recording.durationMs)}</b>
        </p>
      </div>
      <p class="states">
        <span class={`state is-${signature}`}>{glance.signature[signature]}</span>
        <span class={`state is-${release}`}>{glance.release[release]}</span>
      </p>
      <div class="buttons">
        <button type="button" class="button" onClick={() => open('documents')}>
          {words.actions.documents}
        </button>
        <ActionButton action="sign" act={act} />
        <button type="button" class="button" onClick={() => open('release')}>
          {words.actions.release}
        </button>
        <ActionButton action="undo" act={act} />
        <ActionButton action="help" act={act} />
      </div>
    </header>
  );
}

/** Ids are long; their beginning is enough to compare with the health record. */
const short = (id: string) => (id.length > 13 ? `${id.slice(0, 8)}…` : id);

function when({ recording: { startedAt, storedAt } }: Chart): string {
  if (startedAt !== null) return dated(startedAt);
  return storedAt.startsWith('1970') ? glance.undated : glance.stored(dated(storedAt));
}

function length(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  // A number stays with its unit.
  return minutes < 1 ? `${Math.round(ms / 1000)}\u00A0s` : `${minutes}\u00A0min`;
}
