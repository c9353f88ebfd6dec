import { words } from './words.ts';

export type Action = keyof Pick<
  typeof words.actions,
  | 'next'
  | 'previous'
  | 'hear'
  | 'agree'
  | 'reject'
  | 'pick'
  | 'wrong'
  | 'status'
  | 'correct'
  | 'addCode'
  | 'note'
  | 'undo'
  | 'search'
  | 'play'
  | 'back'
  | 'forward'
  | 'slower'
  | 'faster'
  | 'help'
  | 'sign'
>;

/** Each key and what it does; the list of keys is drawn from this, too. */
export const keys: readonly { key: string; shown: string; action: Action }[] = [
  { key: 'j', shown: 'j', action: 'next' },
  { key: 'k', shown: 'k', action: 'previous' },
  { key: 'Enter', shown: 'Enter', action: 'hear' },
  { key: 'a', shown: 'a', action: 'agree' },
  { key: 'r', shown: 'r', action: 'reject' },
  { key: '1-9', shown: '1–9', action: 'pick' },
  { key: 'w', shown: 'w', action: 'wrong' },
  { key: 's', shown: 's', action: 'status' },
  { key: 'e', shown: 'e', action: 'correct' },
  { key: 'c', shown: 'c', action: 'addCode' },
  { key: 'n', shown: 'n', action: 'note' },
  { key: 'u', shown: 'u', action: 'undo' },
  { key: '/', shown: '/', action: 'search' },
  { key: ' ', shown: 'Space', action: 'play' },
  { key: 'ArrowLeft', shown: '←', action: 'back' },
  { key: 'ArrowRight', shown: '→', action: 'forward' },
  { key: '[', shown: '[', action: 'slower' },
  { key: ']', shown: ']', action: 'faster' },
  { key: '?', shown: '?', action: 'help' },
  { key: 'S', shown: '⇧s', action: 'sign' },
];

export interface Press {
  key: string;
  hasModifier: boolean;
  /** Where the focus is: text is typed there, a control has its own use of Enter and Space, a line is a finding's. */
  focus: 'text' | 'control' | 'line' | 'page';
}

/** The action of a key, and the number for a digit. Keys of one character can be switched off (WCAG 2.1.4). */
export function actionOf({ key, hasModifier, focus }: Press, lettersWork: boolean): [Action, number] | undefined {
  if (hasModifier || focus === 'text') return undefined;
  if (key === 'Enter' || key === ' ') return focus === 'control' ? undefined : named(key);
  if (key.length > 1) return named(key);
  if (!lettersWork) return undefined;
  return /^[1-9]$/.test(key) ? ['pick', Number(key)] : named(key);
}

function named(key: string): [Action, number] | undefined {
  const known = keys.find((one) => one.key === key);
  return known && [known.action, 0];
}
