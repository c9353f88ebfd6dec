import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Review } from '../review.ts';
import { laterWords } from '../laterWords.ts';

interface Props {
  title: ComponentChildren;
  review: Review;
  children: ComponentChildren;
}

/** The browser's own modal dialog: it keeps the focus, ends at Escape, and gives the focus back. */
export function Modal({ title, review, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>('[data-first]')?.focus();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={() => review.close()}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {laterWords.dialogs.close}
        </button>
      </div>
      {children}
    </dialog>
  );
}
