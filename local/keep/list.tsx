import { render } from 'preact';
import { useEffect, useReducer } from 'preact/hooks';
import type { Run, RunState } from './run.ts';

/** A sign and a word of each state, so that none is told by colour alone. */
const states: Readonly<Record<RunState, readonly [sign: string, word: string]>> = {
  arrived: ['○', 'arrived'],
  transcribing: ['◔', 'transcribing'],
  extracting: ['◑', 'extracting'],
  done: ['●', 'done'],
  partial: ['◐', 'done in part'],
  notCoded: ['◌', 'done, not coded'],
  skipped: ['–', 'skipped'],
  failed: ['✕', 'failed'],
};
/** What a state leaves unsaid. */
const meanings: Partial<Record<RunState, string>> = {
  partial: 'Not all of it was read: its page says which stretches.',
  notCoded: 'Nobody looked for findings: the language or the region is not coded.',
};
const readable: readonly RunState[] = ['done', 'partial', 'notCoded'];

function List({ runs, isLost }: { runs: readonly Run[]; isLost: boolean }) {
  const underWay = runs.filter(({ endedAt }) => endedAt === null).length;
  useSeconds(underWay > 0 && !isLost);
  return (
    <>
      <header>
        <h1>Recordings</h1>
        <p role="status" class={isLost ? 'is-alert' : 'quiet'}>
          {isLost
            ? 'The stack does not answer any more. This is how it last was.'
            : `${runs.length} here, ${underWay} under way. New ones appear by themselves.`}
        </p>
      </header>
      <main>{runs.length === 0 ? <Nothing /> : <Table {...{ runs }} />}</main>
      <footer class="quiet">The embedded stack of this machine: for mock consultations only.</footer>
    </>
  );
}

function Nothing() {
  return (
    <p>
      No recording has arrived yet. To upload one: <code>npm run replay -- &lt;path&gt; --attach</code>
    </p>
  );
}

function Table({ runs }: { runs: readonly Run[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">State</th>
          <th scope="col">Recording</th>
          <th scope="col" class="number">
            Sound
          </th>
          <th scope="col">Began</th>
          <th scope="col" class="number">
            Took
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Row key={run.recordingId} {...{ run }} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ run }: { run: Run }) {
  const { recordingId } = run;
  const [sign, word] = states[run.state];
  const why = run.why ?? meanings[run.state];
  return (
    <tr class={`is-${run.state}`}>
      <td class="state">
        <span aria-hidden="true">{sign}</span> {word}
        {run.step !== null && <small>{run.step}</small>}
      </td>
      <td>
        {readable.includes(run.state) ? (
          <a href={`/recordings/${recordingId}`}>{recordingId}</a>
        ) : (
          <span class="id">{recordingId}</span>
        )}
        <small class="key">{run.key}</small>
        {why !== undefined && why !== '' && <small class="why">{why}</small>}
      </td>
      <td class="number">{run.durationMs === null ? '' : minutesOf(run.durationMs)}</td>
      <td>
        <time dateTime={run.startedAt}>
          {run.startedAt === '' ? '' : new Date(run.startedAt).toLocaleTimeString('en-GB')}
        </time>
      </td>
      <td class="number">{took(run)}</td>
    </tr>
  );
}

function minutesOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}

function took({ startedAt, endedAt }: Pick<Run, 'startedAt' | 'endedAt'>): string {
  const ms = Math.max(0, (endedAt === null ? Date.now() : Date.parse(endedAt)) - Date.parse(startedAt));
  return endedAt === null ? `${Math.floor(ms / 1000)} s` : `${(ms / 1000).toFixed(1)} s`;
}

/** Draws again each second. */
function useSeconds(isWanted: boolean): void {
  const [, draw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    if (!isWanted) return undefined;
    const timer = setInterval(() => draw(undefined), 1000);
    return () => clearInterval(timer);
  }, [isWanted]);
}

const root = document.getElementById('page') ?? document.body;
let runs = JSON.parse(document.getElementById('data')?.textContent ?? '[]') as Run[];
const show = (isLost: boolean) => render(<List {...{ runs, isLost }} />, root);
show(false);
const events = new EventSource('/events');
events.addEventListener('open', () => show(false));
events.addEventListener('error', () => show(true));
events.addEventListener('message', ({ data }: MessageEvent<string>) => {
  runs = JSON.parse(data) as Run[];
  show(false);
});
