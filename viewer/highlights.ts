/** The highlights of the transcript, each with a style of its own. They are drawn in this order, the last on top. */
export const highlightNames = ['finding', 'unsure', 'corrected', 'search', 'evidence', 'now'] as const;

export type HighlightName = (typeof highlightNames)[number];

/** A stretch of a turn's shown text, in UTF-16 units. */
export interface Mark {
  turn: number;
  start: number;
  end: number;
}

/** The paragraph of a turn: its one child is the turn's text. */
export const turnId = (turn: number) => `t-${turn}`;

/** Browsers without the CSS Custom Highlight API show the turn's own mark only. */
const isSupported = () => typeof CSS !== 'undefined' && 'highlights' in CSS;

/**
 * Marks stretches of the transcript by the CSS Custom Highlight API: there is no element per word, so find-in-page, copying
 * and screen readers see plain paragraphs.
 */
export function paint(name: HighlightName, marks: readonly Mark[]): void {
  if (!isSupported()) return;
  const ranges = marks.flatMap((mark) => toRange(mark) ?? []);
  if (ranges.length === 0) {
    CSS.highlights.delete(name);
    return;
  }
  const highlight = new Highlight(...ranges);
  highlight.priority = highlightNames.indexOf(name);
  CSS.highlights.set(name, highlight);
}

function toRange({ turn, start, end }: Mark): StaticRange | undefined {
  const node = document.getElementById(turnId(turn))?.firstChild;
  if (!(node instanceof Text)) return undefined;
  const length = node.data.length;
  const [from, to] = [Math.min(start, length), Math.min(end, length)];
  return from < to
    ? new StaticRange({ startContainer: node, startOffset: from, endContainer: node, endOffset: to })
    : undefined;
}

/** The stretch that is selected, if it lies in one turn of the transcript. */
export function selectedMark(): Mark | undefined {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
  if (startContainer !== endContainer || !(startContainer instanceof Text)) return undefined;
  const match = /^t-(\d+)$/.exec(startContainer.parentElement?.id ?? '');
  return match ? { turn: Number(match[1]), start: startOffset, end: endOffset } : undefined;
}
