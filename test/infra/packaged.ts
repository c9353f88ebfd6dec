import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Order, packageStack, templateFile } from '../../infra/package.ts';
import { readTemplate, type Resource, type Template } from '../../infra/template.ts';

export type Properties = Record<string, unknown>;

/** The template that a stack is packaged to. It takes seconds: once per test file is enough. */
export async function packageTemplate(order: Order): Promise<Template> {
  const folder = await mkdtemp(join(tmpdir(), 'packaged-'));
  try {
    const out = join(folder, 'out');
    await packageStack(order, out);
    return readTemplate(join(out, templateFile));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The resources of a type with their logical ids. */
export function ofType({ Resources }: Template, type: string): [id: string, Resource][] {
  return Object.entries(Resources).filter(([, { Type }]) => Type === type);
}

/** @throws Error when there is no such resource */
export function propertiesOf({ Resources }: Template, id: string): Properties {
  const { Properties } = Resources[id] ?? {};
  if (!Properties) throw new Error(`there is no ${id}`);
  return Properties;
}

/** One entry of an alarm's `Metrics`: an expression, or a metric that one computes with. */
export interface MathEntry {
  Id: string;
  Expression?: string;
  MetricStat?: { Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: unknown }[] } };
}

/** The metric of that name among an alarm's. @throws Error when there is none */
export function metricOf(properties: Properties, id: string) {
  const metric = (properties['Metrics'] as MathEntry[]).find(({ Id }) => Id === id)?.MetricStat?.Metric;
  if (!metric) throw new Error(`the alarm has no ${id}`);
  return metric;
}
