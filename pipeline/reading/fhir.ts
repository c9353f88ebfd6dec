import type { Bundle, Resource } from '@medplum/fhirtypes';
import { lists } from '../clinical/finding.ts';
import type { Chart } from './chart.ts';
import { type Shown, toComposition } from './fhir/composition.ts';
import { toEntries, toWithdrawn } from './fhir/entries.ts';
import type { Frame, Given } from './fhir/frame.ts';
import { Names } from './fhir/names.ts';
import { toSurroundings } from './fhir/people.ts';
import { toProvenance } from './fhir/provenance.ts';

/**
 * A consultation as FHIR R4: one document Bundle for each recording. The same chart gives the same bytes, wherever it is
 * made: nothing depends on a clock, on chance or on the machine.
 *
 * Beside the findings as resources, each list has a narrative with the words that were said. What a clinician has not
 * decided on is labelled as asserted by a machine, and is neither confirmed nor ordered.
 * @param options `base` is where the deployment is reached, such as `https://api.example.org`: the recording's address and
 * the systems of the identifiers begin with it
 */
export function toBundle(chart: Chart, options: { base: string }): Bundle {
  const frame: Frame = {
    chart,
    base: options.base.replace(/\/+$/, ''),
    names: new Names(chart.recordingId),
  };
  const shown = toShown(frame);
  const decidedBy = shown
    .filter(({ entries, withdrawn }) => entries.length + withdrawn.length > 0)
    .map(({ finding }) => finding.decidedBy);
  const clinical = shown.flatMap((each) =>
    [...each.entries, ...each.withdrawn].map((resource) => ({ resource, provenance: toProvenance(resource, each) })),
  );
  const resources = [
    toComposition(frame, shown),
    ...toSurroundings(frame, decidedBy),
    ...clinical.map(({ resource }) => resource),
    ...clinical.map(({ provenance }) => provenance),
  ];
  return {
    resourceType: 'Bundle',
    id: frame.names.id('Bundle'),
    identifier: { system: 'urn:ietf:rfc:3986', value: frame.names.urn('bundle') },
    type: 'document',
    timestamp: chart.recording.storedAt,
    entry: resources.map((resource: Resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource })),
  };
}

/** Every finding with what it became, in the order in which it is read; last those that the clinician calls wrong. */
function toShown(frame: Frame): Shown[] {
  const { findings, dropped } = frame.chart;
  const kept = lists.flatMap((list) =>
    findings[list].map((finding, at): Given => ({ finding, anchor: `e-${list}-${at}`, frame })),
  );
  const wrong = dropped.map((finding, at): Given => ({ finding, anchor: `e-withdrawn-${at}`, frame }));
  return [
    ...kept.map((given) => {
      const entries = toEntries(given);
      return { ...given, entries, withdrawn: toWithdrawn(given, entries) };
    }),
    ...wrong.map((given) => ({ ...given, entries: [], withdrawn: toWithdrawn(given, []) })),
  ];
}
