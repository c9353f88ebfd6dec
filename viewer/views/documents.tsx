import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type DocumentKind, documentKinds, type PageDocument, toDocument } from '../documents.ts';
import type { Review } from '../review.ts';
import type { State } from '../reviewState.ts';
import { laterWords } from '../laterWords.ts';
import { Modal } from './modal.tsx';

const { dialogs } = laterWords;

/** Gives the clinician a file. */
export type Save = (file: Pick<PageDocument, 'text' | 'fileName' | 'mediaType'>) => void;

/** A browser lays out a field of megabytes in minutes: FHIR of four hours has three, in one line. */
const shownLength = 20_000;

interface Props {
  review: Review;
  state: State;
  save: Save;
  kind: DocumentKind;
}

/** The consultation as documents, to copy or to download. */
export function Documents({ review, state: { opened, chart }, save, kind }: Props) {
  const file = useMemo(() => toDocument(kind, opened, chart, review.base), [kind, chart]);
  const area = useRef<HTMLTextAreaElement>(null);
  // Said here: the dialog covers what is said elsewhere.
  const [said, setSaid] = useState('');
  useEffect(() => setSaid(''), [file]);
  const copy = async () => {
    area.current?.select();
    try {
      await navigator.clipboard.writeText(file.text);
      setSaid(dialogs.copied);
    } catch {
      // A frame of another origin may only copy where the page around it lets it.
      setSaid(dialogs.notCopied);
    }
  };
  return (
    <Modal title={dialogs.documents} review={review}>
      <div class="buttons" role="group" aria-label={dialogs.documents}>
        {documentKinds.map((one) => (
          <button
            key={one}
            type="button"
            class="button"
            aria-pressed={one === kind}
            onClick={() => void review.showDocument(one)}
          >
            {dialogs[one]}
          </button>
        ))}
      </div>
      {file.text.length > shownLength && <p>{dialogs.beginning}</p>}
      {file.unreviewed !== null && <p class="is-alert">{file.unreviewed}</p>}
      <textarea
        ref={area}
        readOnly
        rows={14}
        value={file.text.slice(0, shownLength)}
        aria-label={dialogs[kind]}
        dir="auto"
      />
      <div class="buttons">
        <button type="button" class="button" onClick={() => void copy()}>
          {dialogs.copy}
        </button>
        <button type="button" class="button" onClick={() => save(file)}>
          {dialogs.save2}
        </button>
        <span role="status">{said}</span>
      </div>
    </Modal>
  );
}
