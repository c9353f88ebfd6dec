import type { ChartFinding } from '../pipeline/reading/chart.ts';
import { toChart } from '../pipeline/reading/draw.ts';
import type { Opened } from '../pipeline/reading/opened.ts';
import type { Change } from './changes.ts';
import type { DocumentKind } from './documents.ts';
import type { Dialog, State } from './reviewState.ts';
import { statusWord } from './facts.ts';
import { allOf, toOrder } from './order.ts';
import { type Source, SourceFault, type Told } from './source.ts';
import { agree, decideOn, giveStatus, mustChoose, reject, take, wouldTake, wrong } from './verbs.ts';
import { words } from './words.ts';

/** What one press changed, to be taken back by another; a signature and a release are not. */
interface Step {
  what: string;
  back: readonly Change[];
}

const waits = ({ decision, codes }: ChartFinding) =>
  decision === 'open' || (decision !== 'wrong' && codes.some(({ review }) => review === 'suggested'));

/** What is in the way of a decision. */
const whyOf = ({ fault }: SourceFault) => words.faults[fault as keyof typeof words.faults];

/** A review under way: its state, and everything a clinician can do. It knows no DOM. */
export class Review {
  state: State;
  readonly #source: Source;
  readonly #newToken: () => string;
  readonly #steps: Step[] = [];
  readonly #listeners = new Set<() => void>();
  #queue: Promise<unknown> = Promise.resolve();

  constructor(source: Source, opened: Opened, newToken: () => string) {
    this.#source = source;
    this.#newToken = newToken;
    const chart = toChart(opened);
    const order = toOrder(chart);
    const start = {
      selected: null,
      moves: 0,
      dialog: null,
      lettersWork: true,
      said: '',
      unsaved: 0,
      isOutdated: false,
      refused: [],
    };
    this.state = { opened, chart, order, ...start };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get base(): string {
    return this.#source.base;
  }

  get stores(): boolean {
    return this.#source.stores;
  }

  finding(id: string | null = this.state.selected): ChartFinding | undefined {
    return allOf(this.state.chart).find((finding) => finding.id === id);
  }

  select(id: string | null): void {
    this.#set({ selected: id });
  }

  /** Selects a line and gives it the focus. */
  goTo(id: string): void {
    this.#set({ selected: id, moves: this.state.moves + 1 });
  }

  move(by: 1 | -1): void {
    const ids = this.#ids();
    const at = ids.indexOf(this.state.selected ?? '');
    const to = ids[Math.min(ids.length - 1, Math.max(0, at + by))];
    if (to !== undefined) this.goTo(to);
  }

  agree(): Promise<void> {
    const finding = this.finding();
    if (!finding) return Promise.resolve();
    if (mustChoose(finding)) return this.#ask(finding);
    const codes = wouldTake(finding)
      .map(({ code }) => code)
      .join(', ');
    return this.#do(agree(finding), words.said.agreed(finding.label, codes), true);
  }

  /** Takes the nth code of the selected finding, as they are listed. */
  pick(n: number): Promise<void> {
    const finding = this.finding();
    const code = finding?.codes[n - 1];
    if (!finding || !code) return this.#say(words.said.noSuchCode(n));
    return this.#do(take(finding, code), words.said.agreed(finding.label, code.code), true);
  }

  decideOnCode(n: number, review: 'suggested' | 'rejected'): Promise<void> {
    const code = this.finding()?.codes[n - 1];
    if (!code) return Promise.resolve();
    const what = review === 'rejected' ? words.actions.setAside(code.code) : words.actions.restore(code.code);
    return this.#do(decideOn(code, review), what);
  }

  reject(): Promise<void> {
    const finding = this.finding();
    return finding ? this.#do(reject(finding), words.said.rejected(finding.label)) : Promise.resolve();
  }

  wrong(): Promise<void> {
    const finding = this.finding();
    return finding ? this.#do(wrong(finding), words.said.wrong(finding.label), true) : Promise.resolve();
  }

  giveStatus(id: string, status: string): Promise<void> {
    const finding = this.finding(id);
    this.close();
    if (!finding) return Promise.resolve();
    const { word } = statusWord(status);
    return this.#do(giveStatus(finding, status), words.said.status(finding.label, word), true);
  }

  /** Makes what a dialog asked for. */
  decide(changes: readonly Change[], what: string): Promise<void> {
    this.close();
    return this.#do(changes, what);
  }

  /** Makes changes that were chosen together, as one press. Their dialog stays. */
  takeTogether(changes: readonly Change[], what: string): Promise<void> {
    return this.#do(changes, what);
  }

  withdraw(correction: string): Promise<void> {
    return this.#do([{ kind: 'withdraw', correction }], words.said.restored);
  }

  /** Takes back what the last press did. */
  undo(): Promise<void> {
    return this.#next(async () => {
      const step = this.#steps.pop();
      if (!step) return this.#set({ said: words.said.nothingToUndo });
      // The press meant this one: what was decided before it is not taken back in its place.
      if (step.back.length === 0) return this.#set({ said: words.said.stays(step.what) });
      await this.#make(step.back, words.said.undone(step.what));
    });
  }

  /** Makes once more what was refused, one press after the other, of the consultation as it is now. */
  repeat(): Promise<void> {
    return this.#next(async () => {
      const { refused } = this.state;
      if (!(await this.#reopen())) return;
      this.#set({ refused: [] });
      for (const { changes, what } of refused) {
        const back = await this.#make(changes, what);
        if (back) this.#steps.push({ what, back });
      }
    });
  }

  /** Shows a document. FHIR goes to other systems: that it is given away is written down first, or it is not shown. */
  showDocument(document: DocumentKind): Promise<void> {
    return this.#next(async () => {
      try {
        const { opened } = this.state;
        const after = document === 'fhir' ? await this.#source.handOut(opened) : opened;
        const chart = after === opened ? this.state.chart : toChart(after);
        this.#set({ opened: after, chart, dialog: { kind: 'documents', document } });
      } catch (error) {
        if (!(error instanceof SourceFault)) throw error;
        // A dialog covers what is said.
        this.#set({ dialog: null, said: words.said.failed(whyOf(error)) });
      }
    });
  }

  /** Hears how the recording stands. What is under the hands stays: that there is something else is said, and can be loaded. */
  async hear({ standing }: Told): Promise<void> {
    // Changes that are under way here are no news.
    await this.#queue;
    if (!standing) return;
    const { revision, recording } = this.state.opened;
    const isOutdated =
      standing.revision > revision ||
      (standing.revision === revision &&
        (standing.signedRevision !== recording.signedRevision ||
          standing.isReleased !== (recording.releasedAt !== null)));
    if (isOutdated !== this.state.isOutdated) this.#set({ isOutdated });
  }

  /** Opens it as it is now, in the place of what stands here. */
  load(): Promise<void> {
    return this.#next(async () => {
      if (await this.#reopen()) this.#set({ said: words.said.loaded });
    });
  }

  show(dialog: Dialog): void {
    this.#set({ dialog });
  }

  close(): void {
    this.#set({ dialog: null });
  }

  setLetters(lettersWork: boolean, said: string): void {
    this.#set({ lettersWork, said });
  }

  say(said: string): void {
    this.#set({ said });
  }

  /** The decisions as a document, which then counts as saved. */
  download(): string {
    this.#set({ unsaved: 0 });
    return this.#source.decisions?.() ?? '';
  }

  async #reopen(): Promise<boolean> {
    try {
      const opened = await this.#source.open();
      const chart = toChart(opened);
      // What was done here before would now be taken back from others, too.
      this.#steps.length = 0;
      this.#set({ opened, chart, order: toOrder(chart), isOutdated: false });
      return true;
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error;
      this.#set({ said: words.said.failed(whyOf(error)) });
      return false;
    }
  }

  #ids(): string[] {
    return [...this.state.order.values()].flat();
  }

  #ask({ id }: ChartFinding): Promise<void> {
    this.show({ kind: 'status', finding: id });
    return Promise.resolve();
  }

  #say(said: string): Promise<void> {
    this.say(said);
    return Promise.resolve();
  }

  /** One press after the other: each is made of the consultation that the one before it left. */
  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #do(changes: readonly Change[], what: string, goesOn = false): Promise<void> {
    if (changes.length === 0) {
      this.say(words.said.nothingToDo);
      if (goesOn) this.#goOn();
      return Promise.resolve();
    }
    return this.#next(async () => {
      const back = await this.#make(changes, what);
      if (back) this.#steps.push({ what, back });
      if (goesOn && back) this.#goOn();
    });
  }

  /**
   * @returns the changes that take these back, the last one first: none of a signature or a release; undefined when the
   * source refused the first of them
   */
  async #make(changes: readonly Change[], what: string): Promise<Change[] | undefined> {
    const back: Change[] = [];
    let made = 0;
    const { inverse } = await import('./changes.ts');
    try {
      for (const change of changes) {
        const before = this.state.opened;
        const opened = await this.#source.change(before, change, this.#newToken());
        const undo = inverse(before, opened, change);
        if (undo) back.unshift(undo);
        made += 1;
        this.#set({ opened, chart: toChart(opened), unsaved: this.#source.stores ? 0 : this.state.unsaved + 1 });
      }
      const left = words.said.left(this.state.chart.open.findings);
      this.#set({ said: `${what}. ${left}` });
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error;
      const { fault } = error;
      const left = changes.slice(made);
      const refused = [...this.state.refused, { changes: left, what, fault }];
      this.#set({ refused, said: words.said.failed(whyOf(error)) });
    }
    return made > 0 ? back : undefined;
  }

  /** To the next finding that waits for a decision, from the end to the first. One whose codes still wait is not left. */
  #goOn(): void {
    const waiting = new Set(
      allOf(this.state.chart)
        .filter(waits)
        .map(({ id }) => id),
    );
    const { selected } = this.state;
    const ids = this.#ids();
    const here = Math.max(0, ids.indexOf(selected ?? ''));
    const next = [...ids.slice(here), ...ids.slice(0, here)].find((id) => waiting.has(id));
    this.goTo(next ?? selected ?? '');
  }

  #set(change: Partial<State>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
