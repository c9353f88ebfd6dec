import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { regions } from '../pipeline/recording/regions.ts';
import { type Order, packageStack, templateFile } from './package.ts';
import { cdnRegion, type Regions, type ServedSdk, type Stack, stackFor } from './regions.ts';
import { readTemplate, type Template } from './template.ts';

/** Any file will do: its name and hash are two texts of the template. */
const sdk: ServedSdk = { name: 'chime-sdk-0.0.0-00000000.min.js', integrity: `sha384-${'A'.repeat(64)}` };

/** A stack that may be deployed, and what it is. */
export interface Placed {
  order: Order;
  stack: Stack;
}

/** Every stack that the tables of regions allow, once. */
export function everyStack(stage: string): Placed[] {
  const names = Object.keys(regions);
  const wanted: Regions[] = names.flatMap((region) => [
    { region },
    ...['none', ...names].map((transferTo) => ({ region, transferTo })),
    ...names.map((controlFor) => ({ region, controlFor })),
  ]);
  const found = new Map<string, Placed>();
  for (const one of [...wanted, { region: cdnRegion, sdk }]) {
    const stack = allowed(one);
    if (stack) found.set(titleOf({ order: { stage, ...one }, stack }), { order: { stage, ...one }, stack });
  }
  return [...found.values()];
}

function allowed(wanted: Regions): Stack | undefined {
  try {
    return stackFor(wanted);
  } catch {
    return undefined;
  }
}

export function titleOf({ order, stack }: Placed): string {
  return [stack.kind, order.region, ...('processingRegion' in stack ? ['for', stack.processingRegion] : [])].join(' ');
}

/**
 * Where two templates of one kind of stack differ in more than their regions, as paths: then what the rule packs say of the
 * one says nothing of the other.
 */
export function differences(one: [Placed, Template], other: [Placed, Template]): string[] {
  const pairs = [placesOf(one[0]), placesOf(other[0])] as const;
  const moved = (text: string) => {
    const marked = pairs[0].reduce((marks, region, n) => marks.replaceAll(region, `<${n}>`), text);
    return pairs[1].reduce((filled, region, n) => filled.replaceAll(`<${n}>`, region), marked);
  };
  return differ(one[1], other[1], '', moved);
}

const placesOf = ({ order, stack }: Placed) => [
  order.region,
  ...('processingRegion' in stack ? [stack.processingRegion] : []),
];

/** When a package was made is a part of the keys of its files. */
const withoutTime = (text: string) => text.replace(/\d{13}-\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>');

function differ(one: unknown, other: unknown, path: string, moved: (text: string) => string): string[] {
  if (typeof one === 'string' && typeof other === 'string') {
    const [a, b] = [withoutTime(one), withoutTime(other)];
    return a === b || moved(a) === b ? [] : [path];
  }
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return one === other ? [] : [path];
  }
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...fields].flatMap((field) =>
    differ(
      (one as Record<string, unknown>)[field],
      (other as Record<string, unknown>)[field],
      `${path}/${field}`,
      moved,
    ),
  );
}

/** Packages all of them, which checks each, and compares those of a kind with the first one. */
async function main(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'stacks-'));
  const waiting = everyStack('prod');
  const first = new Map<Stack['kind'], [Placed, Template]>();
  const counts = new Map<Stack['kind'], number>();
  const faults: string[] = [];
  const next = async (): Promise<void> => {
    const placed = waiting.shift();
    if (!placed) return;
    try {
      const out = join(folder, titleOf(placed).replaceAll(' ', '-'));
      await packageStack(placed.order, out);
      const template = readTemplate(join(out, templateFile));
      await rm(out, { recursive: true });
      const { kind } = placed.stack;
      const model = first.get(kind) ?? [placed, template];
      first.set(kind, model);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      const paths = differences(model, [placed, template]);
      faults.push(...paths.map((path) => `${titleOf(placed)}: ${path} is not as in ${titleOf(model[0])}`));
    } catch (error) {
      faults.push(`${titleOf(placed)}: ${(error as Error).message}`);
    }
    return next();
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, next));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  for (const fault of faults) console.log(fault);
  console.log(`packaged and checked: ${[...counts].map(([kind, count]) => `${count} of ${kind}`).join(', ')}`);
  return faults.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main();
