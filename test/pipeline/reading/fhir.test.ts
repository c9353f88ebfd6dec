import type { Bundle } from '@medplum/fhirtypes';
import { beforeAll, describe, expect, test } from 'vitest';
import { toChart } from '../../../pipeline/reading/draw.ts';
import { toBundle } from '../../../pipeline/reading/fhir.ts';
import type { Opened } from '../../../pipeline/reading/opened.ts';
import { chart, finding } from './fhir/charts.ts';
import { narrativeFaults } from './fhir/parsed.ts';
import { coded, openVisit, reviewed } from './visit.ts';

const base = 'https://medzen.example';
let opened: Opened;
beforeAll(async () => {
  opened = await openVisit();
});

const bundleOf = (of: Opened): Bundle => toBundle(toChart(of), { base });
const typesIn = ({ entry = [] }: Bundle) => entry.map(({ resource }) => resource?.resourceType);

/** Every value of a key, wherever in a document it stands. */
function valuesOf(key: string, of: unknown): unknown[] {
  if (typeof of !== 'object' || of === null) return [];
  return Object.entries(of).flatMap(([name, value]) => [...(name === key ? [value] : []), ...valuesOf(key, value)]);
}

describe('a consultation', () => {
  test('is one document, the composition first', () => {
    const bundle = bundleOf(opened);
    expect(bundle).toMatchObject({ type: 'document', timestamp: opened.recording.storedAt });
    expect(bundle.identifier).toMatchObject({ system: 'urn:ietf:rfc:3986' });
    const around = 'Composition Patient Device Encounter DocumentReference DocumentReference';
    const found = 'Condition Observation FamilyMemberHistory';
    expect(typesIn(bundle).join(' ')).toBe(`${around} ${found} Provenance Provenance Provenance`);
  });

  test('refers to nothing outside the document, and names each of its parts once', () => {
    const { entry = [] } = bundleOf(reviewed(coded(opened, 'cough', 'accepted'), 'asthma'));
    const urls = entry.map(({ fullUrl }) => fullUrl);
    expect(new Set(urls).size).toBe(urls.length);
    const references = valuesOf('reference', entry);
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((reference) => !urls.includes(reference as string))).toEqual([]);
  });

  test('leads from each resource to its words', () => {
    const { entry = [] } = bundleOf(opened);
    const [{ fullUrl = '', resource } = {}] = entry;
    const ids = [...JSON.stringify(resource).matchAll(/<li id=\\"([^"\\]+)/g)].map(([, id]) => `${fullUrl}#${id}`);
    const links = valuesOf('valueUrl', entry)
      .map(String)
      .filter((url) => url.startsWith('urn:'));
    expect(links.toSorted()).toEqual(ids.toSorted());
  });

  test('is the same each time, and of another recording is another', () => {
    const text = JSON.stringify(bundleOf(opened));
    expect(JSON.stringify(bundleOf(structuredClone(opened)))).toBe(text);
    const other = bundleOf({ ...opened, recordingId: 'rec-another' });
    const urls = (bundle: Bundle) => new Set(bundle.entry?.map(({ fullUrl }) => fullUrl));
    expect(urls(other).intersection(urls(bundleOf(opened))).size).toBe(0);
  });

  test('has well-formed narratives, and no field without a content', () => {
    const bundle = bundleOf(reviewed(opened, 'cough', { verdict: 'wrong' }));
    expect(narrativeFaults(bundle)).toEqual([]);
    const empty = (value: unknown): boolean =>
      value === null ||
      value === '' ||
      value === undefined ||
      (typeof value === 'object' && (Object.values(value).length === 0 || Object.values(value).some(empty)));
    expect(empty(bundle)).toBe(false);
  });
});

test('the base may end with a slash', () => {
  const of = chart([finding()]);
  expect(toBundle(of, { base: `${base}/` })).toEqual(toBundle(of, { base }));
});
