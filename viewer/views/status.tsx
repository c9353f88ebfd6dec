import type { StatusWord } from '../facts.ts';

/** A status by its sign and its word. The sign is for the eye; the word says the same. */
export function Status({ status: { sign, word, tone } }: { status: StatusWord }) {
  return (
    <span class={`status is-${tone}`}>
      <span aria-hidden="true">{sign}</span>
      {` ${word}`}
    </span>
  );
}
