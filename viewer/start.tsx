import { render } from 'preact';
import { toIntervals } from './hearing.ts';
import { paint, selectedMark } from './highlights.ts';
import { actionOf, type Action, type Press } from './keys.ts';
import { markOf, spokenAt, toTexts } from './marks.ts';
import { Player } from './player.ts';
import { Review } from './review.ts';
import { type Source, SourceFault } from './source.ts';
import { Page } from './views/page.tsx';
import { searchId } from './views/transcript.tsx';
import { words } from './words.ts';

/** Opens the consultation of a source that is made of what stands in the page, or says why it cannot be shown. */
export function start(toSource: (text: string) => Source): void {
  const root = document.getElementById('page') ?? document.body;
  root.textContent = words.loading;
  open(root, toSource).catch(async (error: unknown) => {
    const { showFault } = await import('./fault.ts');
    showFault(root, error instanceof SourceFault ? error.fault : 'unreadable');
    if (!(error instanceof SourceFault)) throw error;
  });
}

async function open(root: Element, toSource: (text: string) => Source): Promise<void> {
  const data = document.getElementById('data');
  const source = toSource(data?.textContent ?? '');
  data?.remove();
  const opened = await source.open().catch(async (error: unknown) => {
    const { openLater } = await import('./views/waiting.tsx');
    return openLater(error, source, root);
  });
  // Whoever cannot be asked for the recording now is asked again when it is to be heard.
  const audio = await source.audio().catch(() => undefined);
  const review = new Review(source, opened, () => crypto.randomUUID());
  const media = document.createElement('audio');
  media.preload = 'metadata';
  document.body.append(media);
  const player = new Player(media, () => source.audio());
  const act = actor(review, player);
  listen(review, act);
  followWords(review, player);
  document.title = `${words.title} ${opened.recordingId}`;
  root.replaceChildren();
  render(<Page {...{ review, player, audio, act, save }} />, root);
  source.watch?.((told) => void review.hear(told));
  // Drawn: what measures the page waits for this.
  requestAnimationFrame(() => setTimeout(() => performance.mark('ready')));
  window.addEventListener('beforeunload', (event) => {
    const { unsaved, refused } = review.state;
    if (unsaved + refused.length > 0) event.preventDefault();
  });
}

/** What each action does, whether a key or a button asks for it. */
function actor(review: Review, player: Player): (action: Action, n?: number) => void {
  const actions: Record<Action, (n: number) => unknown> = {
    next: () => review.move(1),
    previous: () => review.move(-1),
    hear: () => hear(review, player),
    agree: () => review.agree(),
    reject: () => review.reject(),
    pick: (n) => review.pick(n),
    wrong: () => review.wrong(),
    status: () => showFor(review, 'status'),
    correct: async () => (await import('./correcting.ts')).correct(review, selectedMark()),
    addCode: () => showFor(review, 'code'),
    note: () => showFor(review, 'note'),
    undo: () => review.undo(),
    search: () => document.getElementById(searchId)?.focus(),
    play: () => player.toggle(),
    back: () => player.jump(-5),
    forward: () => player.jump(5),
    slower: () => player.faster(-1),
    faster: () => player.faster(1),
    help: () => review.show({ kind: 'keys' }),
    sign: () => review.show({ kind: 'sign' }),
  };
  return (action, n = 0) => void actions[action](n);
}

/** A dialog of the selected finding. */
function showFor(review: Review, kind: 'status' | 'code' | 'note'): void {
  const { selected } = review.state;
  if (selected !== null) review.show({ kind, finding: selected });
}

function hear(review: Review, player: Player): unknown {
  const [evidence] = review.finding()?.evidence ?? [];
  if (!evidence) return undefined;
  const { durationMs } = review.state.chart.recording;
  return player.hear(evidence.entity, toIntervals(evidence.spans.length > 0 ? evidence.spans : [evidence], durationMs));
}

function listen(review: Review, act: (action: Action, n?: number) => void): void {
  document.addEventListener('keydown', (event) => {
    if (review.state.dialog !== null || event.defaultPrevented) return;
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
    const focus = focusOf(event.target);
    if (focus === 'text' && event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
    const [action, n] = actionOf({ key: event.key, hasModifier, focus }, review.state.lettersWork) ?? [];
    if (action === undefined) return;
    event.preventDefault();
    act(action, n);
  });
}

/** Where the focus is, as far as keys are concerned. A line that is not open yet is opened by Enter, as any button is. */
function focusOf(target: EventTarget | null): Press['focus'] {
  if (!(target instanceof Element)) return 'page';
  if (target.closest('textarea, select, input')) return 'text';
  const line = target.closest('.line');
  if (line) return line.getAttribute('aria-expanded') === 'true' ? 'line' : 'control';
  return target.closest('button, a, summary') ? 'control' : 'page';
}

/** Marks the word that is heard, frame by frame, past everything else that draws. */
function followWords(review: Review, player: Player): void {
  let shown = '';
  const frame = () => {
    player.tick();
    const { turns } = review.state.chart;
    const spoken = player.now.state === 'playing' ? spokenAt(turns, player.atMs) : undefined;
    const turn = turns[spoken?.turn ?? -1];
    const key = spoken?.word ? `${spoken.turn} ${spoken.word[0]}` : '';
    if (key !== shown) {
      shown = key;
      const word = spoken?.word;
      const texts = turn && toTexts([turn]);
      const marks = word && turn && texts ? markOf(texts, 0, { begin: word[0], end: word[1] }) : [];
      paint(
        'now',
        marks.map((mark) => ({ ...mark, turn: turn?.index ?? 0 })),
      );
    }
    if (player.now.state === 'playing') requestAnimationFrame(frame);
  };
  let wasPlaying = false;
  player.subscribe(() => {
    const isPlaying = player.now.state === 'playing';
    if (isPlaying !== wasPlaying) requestAnimationFrame(frame);
    wasPlaying = isPlaying;
  });
}

/** Gives the clinician a file. */
function save({ text, fileName, mediaType }: { text: string; fileName: string; mediaType: string }): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${mediaType};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
