import type { Figure } from '../figures.ts';
import { percent } from '../extract/score.ts';
import type { Fate, Mistake, Scored } from './score.ts';

/** What consultations together come to. */
export interface Totals {
  consultations: number;
  /** Gold findings that are no traps. */
  findings: number;
  key: number;
  keyFound: number;
  keyRight: number;
  listed: number;
  listedRight: number;
  toCheck: number;
  items: number;
  itemsRight: number;
  /** Items that meet a gold finding. */
  itemsMatched: number;
  grave: number;
  /** Those that the stand-in for the service did not make. */
  graveOwn: number;
  /** Consultations without a grave error. */
  clean: number;
}

/** Adds up consultations; one alone gives its own row. */
export function toTotals(scored: readonly Scored[]): Totals {
  const fates = scored.flatMap((each) => each.fates);
  const key = fates.filter(({ finding }) => finding.importance === 'key');
  const listed = fates.filter(({ isListed }) => isListed);
  const grave = scored.flatMap(graveOf);
  const sum = (count: (one: Scored) => number) => scored.reduce((total, one) => total + count(one), 0);
  return {
    consultations: scored.length,
    findings: fates.length,
    key: key.length,
    keyFound: key.filter(({ isFound }) => isFound).length,
    keyRight: key.filter(({ isRight }) => isRight).length,
    listed: listed.length,
    listedRight: listed.filter(({ isRight }) => isRight).length,
    toCheck: listed.filter(({ isToCheck }) => isToCheck).length,
    items: sum(({ items }) => items.length),
    itemsRight: sum(({ right }) => right.length),
    itemsMatched: sum(({ items, unmatched }) => items.length - unmatched.length),
    grave: grave.length,
    graveOwn: grave.filter(({ layer }) => layer !== 'lexicon').length,
    clean: scored.filter((one) => graveOf(one).length === 0).length,
  };
}

function graveOf({ mistakes }: Scored): Mistake[] {
  return mistakes.filter(({ isGrave }) => isGrave);
}

/** One figure per consultation: how many of its listed findings have the right status, and the rest of its row. */
export function consultationFigures(name: string, scored: readonly Scored[]): Figure[] {
  return scored.map((one) => {
    const { key, keyFound, keyRight, listed, listedRight, items, itemsRight, grave, graveOwn } = toTotals([one]);
    const how = [
      `${listedRight} of ${listed} listed findings have the right status`,
      `of ${key} key findings ${keyFound} found, ${keyRight} right`,
      `${itemsRight} of ${items} items right`,
      `${grave} grave errors, ${grave - graveOwn} of them the lexicon's alone`,
    ].join('; ');
    return { name: `${name}, ${one.id}`, value: percent(listedRight, listed), unit: '%', how };
  });
}

/** The figures that changes are judged by. */
export function totalFigures(name: string, scored: readonly Scored[]): Figure[] {
  const totals = toTotals(scored);
  const { consultations, key, listed, toCheck, items } = totals;
  const share = (what: string, part: number, whole: number, of: string): Figure => ({
    name: `${name}, ${what}`,
    value: percent(part, whole),
    unit: '%',
    how: `${part} of ${whole} ${of}`,
  });
  return [
    share('recall, found', totals.keyFound, key, 'key findings: an entity or an item meets it'),
    share('recall, right', totals.keyRight, key, 'key findings: an item has its status'),
    share('status, listed', totals.listedRight, listed, 'findings that an item meets: one has the right status'),
    share('status, settled', totals.listedRight, listed - toCheck, 'listed findings that are not left to check'),
    share('not settled', toCheck, listed, 'listed findings are possible only: a clinician settles them'),
    share('precision', totals.itemsRight, items, 'items'),
    share('precision, matched', totals.itemsRight, totals.itemsMatched, 'items that meet a gold finding'),
    share('without any grave error', totals.clean, consultations, 'consultations'),
    perVisit(`${name}, grave errors`, consultations, scored.flatMap(graveOf)),
  ];
}

/** Each kind of grave error, the most frequent first. */
export function graveFigures(name: string, scored: readonly Scored[]): Figure[] {
  const kinds = Map.groupBy(scored.flatMap(graveOf), ({ what }) => what);
  return [...kinds]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([what, mistakes]) => perVisit(`${name}, grave: ${what}`, scored.length, mistakes));
}

function perVisit(name: string, consultations: number, mistakes: readonly Mistake[]): Figure {
  const value = consultations === 0 ? 0 : mistakes.length / consultations;
  return { name, value, unit: '/visit', how: `${mistakes.length} in all: ${countsOf(mistakes)}` };
}

function countsOf(mistakes: readonly Mistake[]): string {
  const layers = (['logic', 'trait', 'lexicon'] as const).map((layer) => ({
    layer,
    count: mistakes.filter((mistake) => mistake.layer === layer).length,
  }));
  return layers.map(({ layer, count }) => `${count} ${layer}`).join(', ');
}

/** How the findings of each kind and status fare, the most frequent first. */
export function statusFigures(name: string, scored: readonly Scored[]): Figure[] {
  const groups = Map.groupBy(
    scored.flatMap(({ fates }) => fates),
    ({ finding }) => `${finding.kind} ${finding.status}`,
  );
  return [...groups]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([group, fates]) => {
      const listed = fates.filter(({ isListed }) => isListed);
      const right = listed.filter(({ isRight }) => isRight).length;
      const how = `${right} of ${listed.length} listed findings, of ${fates.length} in the gold`;
      return { name: `${name}, ${group}`, value: percent(right, listed.length), unit: '%', how };
    });
}

/** Everything that is wrong or missing, one line each below its consultation: what there is to work on. */
export function toLines(scored: readonly Scored[]): string[] {
  return scored.flatMap(({ id, mistakes, fates }) => [
    '',
    `== ${id}`,
    ...mistakes.toSorted((a, b) => Number(b.isGrave) - Number(a.isGrave)).map(toMistakeLine),
    ...fates.filter(({ isListed }) => !isListed).map(toMissedLine),
  ]);
}

function toMistakeLine({ what, isGrave, layer, item, finding, speaker }: Mistake): string {
  const mentions = item?.mentions.slice(0, 4).map(({ entity, turn }) => {
    const { text, role, assertion } = entity;
    return `"${text}" (turn ${turn}, ${role}, ${assertion.status}: ${assertion.reason})`;
  });
  return [
    `  ${isGrave ? 'GRAVE ' : ''}${what} [${layer}]`,
    ...(item ? [`${item.list}: ${item.label} (${item.status})`] : []),
    ...(mentions ? [`from ${mentions.join(', ')}`] : []),
    ...(finding ? [toGold(finding)] : []),
    ...(speaker === undefined ? [] : [speaker]),
  ].join(' | ');
}

function toMissedLine({ finding, isFound }: Fate): string {
  const importance = finding.importance === 'key' ? 'KEY ' : '';
  return `  MISSED ${importance}${isFound ? '(an entity found it) ' : ''}| ${toGold(finding)}`;
}

function toGold({ kind, name, status, turn, quote }: Fate['finding']): string {
  return `gold: ${kind} ${name} (${status}), turn ${turn}: "${quote}"`;
}
