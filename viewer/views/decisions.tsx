import { useState } from 'preact/hooks';
import { type CodeSystem, codeSystems } from '../../pipeline/clinical/operations.ts';
import type { ChartFinding } from '../../pipeline/reading/chart.ts';
import type { Review } from '../review.ts';
import { addCode, longestNote, notableOf, noteOf, putNote } from '../typed.ts';
import { laterWords } from '../laterWords.ts';
import { Modal } from './modal.tsx';

const { code: ofCode, note: ofNote } = laterWords;

interface Props {
  review: Review;
  finding: ChartFinding;
}

/** A code that the clinician types herself. */
export function CodeDialog({ review, finding }: Props) {
  const [system, setSystem] = useState<CodeSystem>('ICD-10-CM');
  const [code, setCode] = useState('');
  const [isBad, setIsBad] = useState(false);
  return (
    <Modal title={ofCode.title(finding.label)} review={review}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const changes = addCode(finding, system, code);
          setIsBad(changes === undefined);
          if (changes) void review.decide(changes, laterWords.said.codeAdded(finding.label, code.trim().toUpperCase()));
        }}
      >
        <label>
          {ofCode.system}
          <select
            value={system}
            onChange={({ currentTarget }) => setSystem(codeSystems[currentTarget.selectedIndex] ?? system)}
          >
            {codeSystems.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label>
          {ofCode.code}
          <input
            type="text"
            value={code}
            maxLength={18}
            autocomplete="off"
            spellcheck={false}
            data-first
            onInput={({ currentTarget }) => setCode(currentTarget.value)}
          />
        </label>
        {isBad && (
          <p role="alert" class="is-alert">
            {ofCode.bad(system, ofCode.forms[system])}
          </p>
        )}
        <p class="quiet">{ofCode.own}</p>
        <button type="submit" class="button is-main">
          {ofCode.add}
        </button>
      </form>
    </Modal>
  );
}

/** What the clinician adds to her own decision. */
export function NoteDialog({ review, finding }: Props) {
  const [note, setNote] = useState(() => noteOf(finding));
  if (notableOf(finding).length === 0) {
    return (
      <Modal title={ofNote.title(finding.label)} review={review}>
        <p>{ofNote.decideFirst}</p>
      </Modal>
    );
  }
  return (
    <Modal title={ofNote.title(finding.label)} review={review}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void review.decide(putNote(finding, note), laterWords.said.noted(finding.label));
        }}
      >
        <label>
          {laterWords.detail.note}
          <textarea
            rows={5}
            value={note}
            maxLength={longestNote}
            dir="auto"
            data-first
            onInput={({ currentTarget }) => setNote(currentTarget.value)}
          />
        </label>
        <p class="quiet">{ofNote.hint}</p>
        <button type="submit" class="button is-main">
          {ofNote.keep}
        </button>
      </form>
    </Modal>
  );
}
