import { useMemo } from 'preact/hooks';
import { sections } from '../../pipeline/reading/patient.ts';
import type { Proof } from '../../pipeline/reading/proof.ts';
import { type Released, toReleased } from '../../pipeline/reading/release.ts';
import { dated } from '../dates.ts';
import { allOf } from '../order.ts';
import type { Review } from '../review.ts';
import type { State } from '../reviewState.ts';
import { words } from '../words.ts';
import { laterWords } from '../laterWords.ts';
import { Said } from './controls.tsx';
import { Modal } from './modal.tsx';

const { release: own } = laterWords;

const shown = 8;

/** The patient's document as she will read it, and what is left out; or taking back what she reads now. */
export function Release({ review, state: { opened, chart } }: { review: Review; state: State }) {
  const released = useMemo(() => toReleased(opened), [opened]);
  const open = allOf(chart).filter(({ decision }) => decision === 'open');
  const isEmpty = Object.values(released.sections).flat().length === 0;
  const { releasedAt } = chart.recording;
  const isNow = chart.release === 'released';
  return (
    <Modal title={own.title} review={review}>
      {releasedAt !== null && (
        <div class="choose">
          <p>{(isNow ? own.isReleased : own.isOlder)(dated(releasedAt))}</p>
          <button
            type="button"
            class="button"
            onClick={() => void review.decide([{ kind: 'withdrawRelease' }], laterWords.said.releaseWithdrawn)}
          >
            {own.withdraw}
          </button>
        </div>
      )}
      {isEmpty ? (
        <p class="is-alert">{own.nothing}</p>
      ) : (
        <>
          <p>{own.is}</p>
          <Letter released={released} />
        </>
      )}
      {open.length > 0 && (
        <p>
          <b class="is-alert">{own.open(open.length)}</b>{' '}
          <span class="quiet">
            {open.slice(0, shown).map(({ id, label }, at) => (
              <span key={id}>
                {at > 0 && ', '}
                <Said text={label} />
              </span>
            ))}
            {open.length > shown && ` ${words.glance.more(open.length - shown)}`}
          </span>
        </p>
      )}
      <p class="quiet">{own.without}</p>
      {chart.signature === 'unsigned' && <p class="is-alert">{own.unsigned}</p>}
      {chart.signature === 'amended' && <p class="is-alert">{own.amended}</p>}
      {!review.stores && <p>{own.file}</p>}
      {!isEmpty && !isNow && (
        <button
          type="button"
          class="button is-main"
          onClick={() => void review.decide([{ kind: 'release' }], laterWords.said.released)}
        >
          {releasedAt === null ? own.now : own.again}
        </button>
      )}
    </Modal>
  );
}

function Letter({ released }: { released: Released }) {
  return (
    // It may be long: the keyboard scrolls what has the focus.
    <div class="letter" tabIndex={0} role="group" aria-label={laterWords.dialogs.patient}>
      {sections.map((section) => {
        const lines = released.sections[section];
        return (
          lines.length > 0 && (
            <section key={section}>
              <h3>{laterWords.patientDocument[section]}</h3>
              <ul>
                {lines.map(({ finding, sentence, evidence }) => (
                  <li key={finding}>
                    <Said text={sentence} />
                    <Quotes evidence={evidence.slice(0, 1)} />
                    {evidence.length > 1 && (
                      <details>
                        <summary>{laterWords.detail.moreEvidence(evidence.length - 1)}</summary>
                        <Quotes evidence={evidence.slice(1)} />
                      </details>
                    )}
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
      {released.incomplete && <p>{laterWords.patientDocument.incomplete}</p>}
    </div>
  );
}

function Quotes({ evidence }: { evidence: readonly Proof[] }) {
  return (
    <>
      {evidence.map(({ role, quote, startMs }) => (
        <p class="quote quiet" key={`${startMs} ${quote}`}>
          {words.roles[role]}: “<Said text={quote} />”
        </p>
      ))}
    </>
  );
}
