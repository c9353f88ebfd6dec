import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { FileSource } from '../../viewer/fileSource.ts';
import { correctRole, correctWords } from '../../viewer/correcting.ts';
import { Review } from '../../viewer/review.ts';
import type { Picked } from '../../viewer/reviewState.ts';
import { type Fault, type Source, SourceFault, type Standing, type Told } from '../../viewer/source.ts';
import { openVisit } from '../pipeline/reading/visit.ts';
import { foundAs } from './charts.ts';

let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});

let tokens = 0;
const token = () => `token-${(tokens += 1)}`;
function reviewOf(of: Opened, source?: Source): Review {
  const data = { schema: 'medzen.page/1', opened: of, audio: null, base: '' } as const;
  // A clock that runs: which of two decisions is later is told by their times.
  let ms = 0;
  const desk = { now: () => new Date(1_772_000_000_000 + (ms += 1000)), id: token };
  return new Review(source ?? new FileSource(data, desk), of, token);
}

let review: Review;
beforeEach(() => {
  review = reviewOf(opened);
});
const selected = () => review.finding()?.label;

test('nothing is selected at first; j and k walk through the findings and stay at the ends', () => {
  const labels = [selected()];
  for (const by of [1, 1, 1, 1, -1] as const) {
    review.move(by);
    labels.push(selected());
  }
  expect(labels).toEqual([undefined, 'cough', 'asthma', 'cancer', 'cancer', 'asthma']);
});

test('accepting goes on to the next that nobody has decided, and says what was done', async () => {
  review.move(1);
  review.move(1);
  await review.agree();
  expect(selected()).toBe('cancer');
  expect(review.state.said).toBe('asthma: accepted. 2 left.');
  review.move(-1);
  review.move(-1);
  await review.agree();
  // The asthma is decided.
  expect(selected()).toBe('cancer');
});

test('presses that come while one is being made wait for it', async () => {
  review.move(1);
  const first = review.agree();
  const second = review.wrong();
  await Promise.all([first, second]);
  await review.undo();
  await review.undo();
  expect({ ...review.state.opened, revision: 1 }).toEqual(opened);
});

describe('undo', () => {
  test('takes back all that one press did', async () => {
    review.move(1);
    review.move(1);
    await review.agree();
    expect(review.state.opened.revision).toBe(3);
    await review.undo();
    expect(review.finding()?.label).toBe('cancer');
    expect({ ...review.state.opened, revision: 1 }).toEqual(opened);
    expect(review.state.said).toBe('Taken back: asthma: accepted. 3 left.');
  });
  test('of nothing says so', async () => {
    await review.undo();
    expect(review.state.said).toBe('There is nothing to take back');
  });
});

test('a line stays where it is when its status changes', async () => {
  const order = [...review.state.order.entries()];
  review.move(1);
  await review.giveStatus(review.state.selected ?? '', 'historical');
  expect(review.state.chart.findings.pastHistory).toHaveLength(1);
  expect([...review.state.order.entries()]).toEqual(order);
});

test('what the machine could not settle asks for a status, then for its codes, and goes on', async () => {
  review = reviewOf(foundAs(opened, 'cough', { toCheck: ['present', 'possible'] }));
  review.move(1);
  await review.agree();
  expect(review.state.dialog).toEqual({ kind: 'status', finding: review.state.selected });
  expect(review.state.opened.revision).toBe(1);
  await review.giveStatus(review.state.selected ?? '', 'present');
  expect(review.state.dialog).toBeNull();
  expect(selected()).toBe('cough');
  await review.agree();
  expect(selected()).toBe('asthma');
});

test('a code that is not there is said', async () => {
  review.move(1);
  await review.pick(7);
  expect(review.state.said).toBe('There is no code 7');
});

test('a correction that changes nothing is none; one of all turns is one change', async () => {
  expect(correctWords(opened, { turn: 1, begin: 0, end: 4, was: 'What' }, ' What ')).toEqual([]);
  const speaker = opened.turns[0]?.speaker ?? '';
  await correctRole(review, speaker, 'other', null);
  expect(review.state.chart.speakers.map(({ role }) => role)).toContain('other');
  await correctRole(review, speaker, 'other', null);
  expect(review.state.said).toBe('That is decided already');
  expect(review.state.opened.corrections).toHaveLength(1);
});

test('words that are corrected again have one correction, and undo gives the first', async () => {
  const [turn] = opened.turns;
  if (!turn) throw new Error('no turn');
  const picked = { turn: 0, begin: turn.begin, end: turn.begin + 4, was: 'What' };
  const put = (words: Picked, becomes: string) =>
    review.decide(correctWords(review.state.opened, words, becomes), 'corrected');
  await put(picked, 'Who');
  await put({ ...picked, end: turn.begin + 11, was: 'What brings' }, 'Which brought');
  const becomes = () => review.state.chart.turns[0]?.corrections.map((one) => one.becomes);
  expect(becomes()).toEqual(['Which brought']);
  await review.undo();
  expect(becomes()).toEqual(['Who']);
  await review.withdraw(review.state.opened.corrections[0]?.id ?? '');
  expect(becomes()).toEqual([]);
  expect(review.state.said).toBe('As transcribed again. 3 left.');
});

test('decisions that nothing stores are counted until they are downloaded', async () => {
  review.move(1);
  await review.agree();
  expect(review.state.unsaved).toBe(1);
  expect(review.download()).toContain('"accepted"');
  expect(review.state.unsaved).toBe(0);
});

describe('what the source refuses', () => {
  let faults: Fault[];
  const refusing = (): Review => {
    const source = new FileSource(
      { schema: 'medzen.page/1', opened, audio: null, base: '' },
      { now: () => new Date(0), id: token },
    );
    let now = opened;
    return reviewOf(opened, {
      stores: true,
      open: () => Promise.resolve(now),
      change: async (...change) => {
        const fault = faults.shift();
        if (fault) throw new SourceFault(fault);
        now = await source.change(...change);
        return now;
      },
      audio: () => Promise.resolve(null),
      base: '',
      handOut: (of) => {
        const fault = faults.shift();
        return fault ? Promise.reject(new SourceFault(fault)) : source.handOut(of);
      },
    });
  };

  test('is not given away as FHIR either, and a note still is', async () => {
    faults = ['notYours'];
    review = refusing();
    review.show({ kind: 'documents', document: 'note' });
    await review.showDocument('fhir');
    expect(review.state.said).toBe('Not done: this consultation is not yours, or is not there');
    expect([review.state.dialog, review.state.opened]).toEqual([null, opened]);
    await review.showDocument('note');
    expect([review.state.dialog, review.state.opened]).toEqual([{ kind: 'documents', document: 'note' }, opened]);
    await review.showDocument('fhir');
    expect(review.state.dialog).toEqual({ kind: 'documents', document: 'fhir' });
    expect(review.state.chart.recording.firstExportedAt).not.toBeNull();
  });

  test('is said, changes nothing, and stays to be tried again', async () => {
    faults = ['signedOut', 'offline'];
    review = refusing();
    review.move(1);
    await review.agree();
    expect(review.state.said).toBe('Not done: you are no longer signed in; sign in, then try again');
    expect(review.state.opened).toBe(opened);
    expect(selected()).toBe('cough');
    review.move(1);
    await review.wrong();
    expect(review.state.refused.map(({ what }) => what)).toEqual(['cough: accepted R05.9', 'asthma: not a finding']);

    await review.repeat();
    expect(review.state.refused).toEqual([]);
    expect(review.state.chart.findings.problems[0]?.decision).toBe('by-code');
    expect(review.state.chart.dropped.map(({ label }) => label)).toEqual(['asthma']);
  });

  test('half of a press is not made twice', async () => {
    // An asthma that is denied is called right, and then its code is set aside.
    faults = [undefined as unknown as Fault, 'offline'];
    review = refusing();
    review.move(1);
    review.move(1);
    await review.agree();
    expect(review.state.refused.map(({ changes }) => changes.map(({ kind }) => kind))).toEqual([['codes']]);
    await review.repeat();
    expect(review.state.opened.revision).toBe(3);
    expect(review.finding()).toMatchObject({ decision: 'right', codes: [{ review: 'rejected' }] });
  });
});

test('a code of her own accepts the finding, and is taken back by undo', async () => {
  review.move(1);
  const finding = review.state.selected ?? '';
  await review.decide([{ kind: 'addCode', finding, system: 'ICD-10-CM', code: 'J20.9' }], 'added');
  expect(review.finding()).toMatchObject({ decision: 'by-code', codes: [{ code: 'J20.9', source: 'clinician' }, {}] });
  await review.undo();
  expect({ ...review.state.opened, revision: 1 }).toEqual(opened);
});

test('neither a release nor its withdrawal is taken back by undo', async () => {
  review.move(1);
  await review.agree();
  await review.decide([{ kind: 'release' }], 'released');
  expect(review.state.chart.release).toBe('released');
  // Nor is what was decided before it taken back in its place.
  await review.undo();
  expect(review.state.chart.release).toBe('released');
  expect(review.state.said).toBe('Not taken back: released. No key does that.');
  await review.undo();
  expect(review.state.chart.release).toBe('older');
  expect(review.state.chart.open.findings).toBe(3);
  await review.decide([{ kind: 'withdrawRelease' }], 'withdrawn');
  expect(review.state.chart.release).toBe('unreleased');
});

describe('what changes elsewhere', () => {
  const standing = (more: Partial<Standing> = {}): Told => ({
    standing: {
      status: 'completed',
      error: null,
      sessionId: 's',
      revision: review.state.opened.revision,
      signedRevision: null,
      isReleased: false,
      ...more,
    },
    fault: null,
  });
  test.each<[string, Partial<Standing>, boolean]>([
    ['nothing', {}, false],
    ['a decision', { revision: 2 }, true],
    ['an answer that is older than what stands here', { revision: 0, signedRevision: 0 }, false],
    ['a signature', { signedRevision: 1 }, true],
    ['a release', { isReleased: true }, true],
  ])('%s', async (_, more, isOutdated) => {
    const before = review.state.opened;
    await review.hear(standing(more));
    expect(review.state.isOutdated).toBe(isOutdated);
    expect(review.state.opened).toBe(before);
  });
  test('a decision that is under way here is none of them', async () => {
    review.move(1);
    const agreed = review.agree();
    const heard = review.hear(standing({ revision: 2 }));
    await Promise.all([agreed, heard]);
    expect(review.state.opened.revision).toBe(2);
    expect(review.state.isOutdated).toBe(false);
  });
  test('is loaded when she asks for it, with an order of its own; nothing done before is taken back then', async () => {
    const later = { ...foundAs(opened, 'asthma', { contradictedBy: [] }), revision: 3 };
    let now = opened;
    const source = new FileSource(
      { schema: 'medzen.page/1', opened, audio: null, base: '' },
      { now: () => new Date(0), id: token },
    );
    review = reviewOf(opened, {
      stores: true,
      base: '',
      open: () => Promise.resolve(now),
      change: (...change) => source.change(...change),
      handOut: (one) => Promise.resolve(one),
      audio: () => Promise.resolve(null),
    });
    review.move(1);
    await review.agree();
    now = later;
    await review.hear(standing({ revision: 3 }));
    await review.load();
    expect(review.state.opened).toBe(later);
    expect(review.state.isOutdated).toBe(false);
    await review.undo();
    expect(review.state.said).toBe('There is nothing to take back');
    expect(review.state.opened).toBe(later);
  });
});
