import { useState } from 'preact/hooks';
import { statusWord } from '../facts.ts';
import { toClock } from '../../pipeline/reading/clock.ts';
import { keys } from '../keys.ts';
import type { Review } from '../review.ts';
import type { Dialog as Shown, State } from '../reviewState.ts';
import { choicesOf } from '../choices.ts';
import { correctRole, correctWords } from '../correcting.ts';
import { laterWords } from '../laterWords.ts';
import { words } from '../words.ts';
import { Key, Said } from './controls.tsx';
import type { Save } from './documents.tsx';
import { later } from './later.tsx';
import { CodeDialog, NoteDialog } from './decisions.tsx';
import { Modal } from './modal.tsx';
import { Status } from './status.tsx';

const { dialogs } = laterWords;
const Documents = later(async () => (await import('./documents.tsx')).Documents);
const Release = later(async () => (await import('./release.tsx')).Release);
/** It brings the clinical rules with it. */
const WhatIfDialog = later(async () => (await import('./whatIf.tsx')).WhatIfDialog);

interface Props {
  review: Review;
  state: State;
  save: Save;
}

/** The dialog that is open, if one is. */
export function Dialogs(props: Props) {
  const { dialog } = props.state;
  switch (dialog?.kind) {
    case 'status':
      return <StatusDialog {...props} dialog={dialog} />;
    case 'words':
      return <WordsDialog {...props} dialog={dialog} />;
    case 'roles':
      return <RolesDialog {...props} dialog={dialog} />;
    case 'documents':
      return <Documents {...props} kind={dialog.document} />;
    case 'keys':
      return <KeysDialog {...props} />;
    case 'sign':
      return <SignDialog {...props} />;
    case 'release':
      return <Release {...props} />;
    case 'code':
    case 'note': {
      const finding = props.review.finding(dialog.finding);
      const Asks = dialog.kind === 'code' ? CodeDialog : NoteDialog;
      return finding ? <Asks review={props.review} finding={finding} /> : null;
    }
    case 'whatIf':
      return <WhatIfDialog {...props} />;
    case undefined:
      return null;
  }
}

type Of<Kind extends Shown['kind']> = Props & { dialog: Extract<Shown, { kind: Kind }> };

function StatusDialog({ review, dialog: { finding: id } }: Of<'status'>) {
  const finding = review.finding(id);
  if (!finding) return null;
  const choices = choicesOf(finding);
  const give = (n: number) => {
    const choice = choices[n];
    if (choice) void review.giveStatus(id, choice.status);
  };
  return (
    <Modal title={dialogs.status(finding.label)} review={review}>
      <ol
        class="choices"
        onKeyDown={(event) => {
          if (!review.state.lettersWork || !/^[1-9]$/.test(event.key)) return;
          // Once the dialog is gone, the digit would be one for the finding's codes.
          event.preventDefault();
          give(Number(event.key) - 1);
        }}
      >
        {choices.map(({ status, isLikely, isFound }, at) => (
          <li key={status}>
            <button type="button" class="button" onClick={() => give(at)} data-first={at === 0 ? '' : undefined}>
              <Key shown={at < 9 ? String(at + 1) : undefined} /> <Status status={statusWord(status)} />
              {isLikely && <span class="mark">{dialogs.likely}</span>}
              {isFound && <span class="quiet"> {dialogs.asFound}</span>}
            </button>
          </li>
        ))}
      </ol>
    </Modal>
  );
}

function WordsDialog({ review, dialog }: Of<'words'>) {
  const [becomes, setBecomes] = useState(dialog.was);
  return (
    <Modal title={dialogs.words} review={review}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const changes = correctWords(review.state.opened, dialog, becomes);
          if (changes.length === 0) review.close();
          else void review.decide(changes, laterWords.said.corrected(dialog.was, becomes.trim()));
        }}
      >
        <p>
          {dialogs.was}: <Said text={dialog.was} />
        </p>
        <label>
          {dialogs.becomes}
          <input
            type="text"
            value={becomes}
            maxLength={500}
            data-first
            onInput={({ currentTarget }) => setBecomes(currentTarget.value)}
          />
        </label>
        <button type="submit" class="button is-main">
          {dialogs.save}
        </button>
      </form>
    </Modal>
  );
}

const roles = ['clinician', 'patient', 'other', 'unknown'] as const;

function RolesDialog({ review, state: { chart }, dialog }: Of<'roles'>) {
  const [speaker, setSpeaker] = useState(dialog.speaker);
  const roleOf = (label: string) => chart.speakers.find((one) => one.label === label)?.role ?? 'unknown';
  const [role, setRole] = useState(roleOf(dialog.speaker));
  const [isOne, setIsOne] = useState(false);
  const turn = chart.turns[dialog.turn ?? -1];
  const canBeOne = turn?.speaker === speaker;
  return (
    <Modal title={dialogs.roles} review={review}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void correctRole(review, speaker, role, isOne && turn && canBeOne ? turn.index : null);
        }}
      >
        <label>
          {dialogs.speaker}
          <select
            value={speaker}
            onChange={({ currentTarget }) => {
              setSpeaker(currentTarget.value);
              setRole(roleOf(currentTarget.value));
            }}
          >
            {chart.speakers.map(({ label, role: now }) => (
              <option key={label} value={label}>
                {`${label}: ${words.roles[now]}`}
              </option>
            ))}
          </select>
        </label>
        <fieldset>
          <legend>{dialogs.role}</legend>
          {roles.map((one) => (
            <label key={one} class="choice">
              <input type="radio" name="role" checked={one === role} onChange={() => setRole(one)} />
              {words.roles[one]}
            </label>
          ))}
        </fieldset>
        <label class="choice">
          <input type="radio" name="turns" checked={!isOne} onChange={() => setIsOne(false)} />
          {dialogs.allTurns}
        </label>
        {turn && canBeOne && (
          <label class="choice">
            <input type="radio" name="turns" checked={isOne} onChange={() => setIsOne(true)} />
            {dialogs.oneTurn(toClock(turn.startMs))}
          </label>
        )}
        <button type="submit" class="button is-main">
          {dialogs.save}
        </button>
      </form>
    </Modal>
  );
}

function KeysDialog({ review, state: { lettersWork } }: Props) {
  return (
    <Modal title={dialogs.keys} review={review}>
      <label class="choice">
        <input
          type="checkbox"
          checked={lettersWork}
          onChange={() =>
            review.setLetters(!lettersWork, lettersWork ? laterWords.said.lettersOff : laterWords.said.lettersOn)
          }
        />
        {dialogs.letters}
      </label>
      <dl class="keys">
        {keys.map(({ shown, action }) => (
          <div key={action}>
            <dt>
              <kbd>{shown}</kbd>
            </dt>
            <dd>{words.actions[action]}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

function SignDialog({ review, state: { chart } }: Props) {
  const { findings, codes } = chart.open;
  return (
    <Modal title={dialogs.sign} review={review}>
      <p>{findings + codes > 0 ? dialogs.signOpen(findings, codes) : dialogs.signAll}</p>
      {!review.stores && <p>{dialogs.signFile}</p>}
      <button
        type="button"
        class="button is-main"
        data-first={findings + codes === 0 ? '' : undefined}
        onClick={() => void review.decide([{ kind: 'sign' }], laterWords.said.signed)}
      >
        {dialogs.signNow}
      </button>
    </Modal>
  );
}
