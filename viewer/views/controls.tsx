import type { ComponentChildren } from 'preact';
import { keys, type Action } from '../keys.ts';
import { words } from '../words.ts';

export type Act = (action: Action, n?: number) => void;

/** A button for what a key does, with the key on it. */
export function ActionButton({
  action,
  act,
  n,
  children,
}: {
  action: Action;
  act: Act;
  n?: number;
  children?: ComponentChildren;
}) {
  const shown = n === undefined ? keys.find((key) => key.action === action)?.shown : String(n);
  return (
    <button type="button" class="button" data-action={action} onClick={() => act(action, n)}>
      {children ?? words.actions[action]} <Key shown={shown} />
    </button>
  );
}

/** The key's own name is no part of a button's name. */
export function Key({ shown }: { shown: string | undefined }) {
  return shown === undefined ? null : <kbd aria-hidden="true">{shown}</kbd>;
}

/** Words of the consultation: their direction is their own and reaches nothing beside them. */
export function Said({ text }: { text: string }) {
  return <bdi dir="auto">{text}</bdi>;
}
