import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '@medplum/fhirtypes';
import { toChart } from '../../pipeline/reading/draw.ts';
import { toBundle } from '../../pipeline/reading/fhir.ts';
import type { Opened } from '../../pipeline/reading/opened.ts';
import { narrativeFaults } from '../pipeline/reading/fhir/parsed.ts';
import { codeFaults } from './icd10cm.ts';

/** The checkers' packages are large, and none of the project's own: `npm ci --prefix test/fhir` installs them. */
export const isInstalled = existsSync(join(import.meta.dirname, 'node_modules'));

export type Check = (bundle: object) => string[];

let loaded: Promise<ReadonlyMap<string, Check>> | undefined;

/** By name, the three checkers, and what they leave to others: a parser of the narratives and the table of codes. */
export function loadChecks(): Promise<ReadonlyMap<string, Check>> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<ReadonlyMap<string, Check>> {
  const { checkers } = await import('./checkers.mjs');
  return new Map([
    ...Object.entries(checkers),
    ['parsed', (bundle) => narrativeFaults(bundle as Bundle)],
    ['looked up', (bundle) => codeFaults(bundle as Bundle)],
  ]);
}

export const bundleOf = (opened: Opened): Bundle => toBundle(toChart(opened), { base: 'https://medzen.example' });

/** What the checkers find in a consultation's Bundle as it is sent. */
export async function faultsOf(opened: Opened): Promise<string[]> {
  const bundle = JSON.parse(JSON.stringify(bundleOf(opened))) as object;
  return [...(await loadChecks())].flatMap(([name, check]) => check(bundle).map((fault) => `${name}: ${fault}`));
}
