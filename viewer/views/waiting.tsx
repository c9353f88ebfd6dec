import { render } from 'preact';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { type Source, SourceFault, type Standing, type Told } from '../source.ts';
import { words } from '../words.ts';
import { laterWords } from '../laterWords.ts';

const { waiting } = laterWords;
const steps = ['received', 'transcribing', 'extracting', 'done'] as const;
const results: ReadonlySet<Standing['status']> = new Set(['completed', 'partial', 'not_coded']);

/**
 * Opens a recording once it has results. Until then, its live state stands in the page.
 * @param error what came of opening it now
 */
export async function openLater(error: unknown, source: Source, root: Element): Promise<Opened> {
  if (!(error instanceof SourceFault) || error.fault !== 'waiting' || !source.watch) throw error;
  root.replaceChildren();
  await untilResults(source.watch.bind(source), (told) => render(<Waiting {...told} />, root));
  render(null, root);
  return source.open().catch((again: unknown) => openLater(again, source, root));
}

function untilResults(watch: NonNullable<Source['watch']>, show: (told: Told) => void): Promise<void> {
  return new Promise((resolve) => {
    show({ standing: null, fault: null });
    const end = watch((told) => {
      if (!told.standing || !results.has(told.standing.status)) return show(told);
      end();
      resolve();
    });
  });
}

/** How far a recording is whose results are not there yet. */
export function Waiting({ standing, fault }: Told) {
  const status = standing?.status;
  const isStopped = status === 'failed' || status === 'skipped';
  return (
    <main class="waiting">
      <h1>{waiting.title}</h1>
      <div role="status">
        {!standing && fault === null && <p>{waiting.asking}</p>}
        {status && isStopped && <p class="is-alert">{waiting[status](standing.error ?? '')}</p>}
        {status && !isStopped && (
          <ol>
            {steps.map((step) => (
              <li key={step} aria-current={step === status ? 'step' : undefined}>
                {waiting.steps[step]} {step === status && <span class="mark">{waiting.now}</span>}
              </li>
            ))}
          </ol>
        )}
        {fault !== null && (
          <p class="is-alert">{waiting.unanswered({ ...words.faults, ...laterWords.faults }[fault])}</p>
        )}
      </div>
    </main>
  );
}
