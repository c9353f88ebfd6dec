import type { Bundle } from '@medplum/fhirtypes';

/** A resource of a Bundle as JSON, so that faults can be planted that the types would not allow. */
type Json = Record<string, unknown>;

/** A fault that a Bundle may have, and how it is planted into a valid one. */
export interface Fault {
  name: string;
  plant: (bundle: Json) => void;
}

const entriesOf = (bundle: Json) => bundle['entry'] as { fullUrl: string; resource: Json }[];

/** The first resource of a type. */
function first(bundle: Json, type: string): Json {
  const found = entriesOf(bundle).find(({ resource }) => resource['resourceType'] === type);
  if (!found) throw new Error(`the Bundle has no ${type}`);
  return found.resource;
}

/** A fault in the first resource of a type: a change of its fields. */
const change = (name: string, type: string, fields: Json | ((resource: Json) => void)): Fault => ({
  name,
  plant: (bundle) => {
    const resource = first(bundle, type);
    if (typeof fields === 'function') fields(resource);
    else Object.assign(resource, fields);
  },
});

const remove = (name: string, type: string, field: string) => change(name, type, (resource) => delete resource[field]);

interface SectionJson {
  text: { div: string };
  entry?: unknown;
  emptyReason?: unknown;
}
const sectionsOf = (bundle: Json) => first(bundle, 'Composition')['section'] as SectionJson[];

/** A fault in the first section that has entries. */
const section = (name: string, plant: (section: SectionJson) => void): Fault => ({
  name,
  plant: (bundle) => {
    const found = sectionsOf(bundle).find(({ entry }) => entry !== undefined);
    if (!found) throw new Error('the Composition has no section with entries');
    plant(found);
  },
});

const coded = (system: string, code: string) => ({ coding: [{ system, code }] });
const hl7 = 'http://terminology.hl7.org/CodeSystem';
const nobody = { reference: 'urn:uuid:00000000-0000-4000-8000-000000000000' };

/** Faults that a validator may be asked to find. */
export const faults: readonly Fault[] = [
  remove('missing Condition.subject', 'Condition', 'subject'),
  change('unknown field', 'Condition', { severityOfIt: 'much' }),
  change('wrong type of Encounter.class', 'Encounter', { class: 'VR' }),
  change('object where a list belongs', 'Condition', (condition) => {
    condition['category'] = (condition['category'] as unknown[])[0];
  }),
  change('dateTime 2026-13-40', 'Composition', { date: '2026-13-40' }),
  change('instant without zone', 'Provenance', { recorded: '2026-11-28T09:00:00' }),
  change('Composition.status draft', 'Composition', { status: 'draft' }),
  change('verificationStatus suggested', 'Condition', {
    verificationStatus: coded(`${hl7}/condition-ver-status`, 'suggested'),
  }),
  change('required concept with the wrong system', 'Condition', {
    clinicalStatus: coded(`${hl7}/allergyintolerance-clinical`, 'active'),
  }),
  change('MedicationRequest.intent wish', 'MedicationRequest', { intent: 'wish' }),
  remove('missing MedicationRequest.intent', 'MedicationRequest', 'intent'),
  remove('missing relationship', 'FamilyMemberHistory', 'relationship'),
  change('con-4: active, and abated', 'Condition', { abatementString: 'last year' }),
  change('con-5: in error, with a clinical status', 'Condition', {
    verificationStatus: coded(`${hl7}/condition-ver-status`, 'entered-in-error'),
  }),
  remove('ait-1: no clinical status', 'AllergyIntolerance', 'clinicalStatus'),
  change('obs-6: a value, and why there is none', 'Observation', {
    dataAbsentReason: coded(`${hl7}/data-absent-reason`, 'unknown'),
  }),
  change('fhs-1: age and birth', 'FamilyMemberHistory', { ageString: 'sixty', bornString: 'long ago' }),
  change('two value[x]', 'Observation', { valueString: 'no', valueBoolean: false }),
  {
    name: 'bdl-7: a fullUrl twice',
    plant: (bundle) => {
      const [one, other] = entriesOf(bundle).filter(({ resource }) => resource['resourceType'] === 'Provenance');
      if (one && other) other.fullUrl = one.fullUrl;
    },
  },
  { name: 'bdl-9: no identifier', plant: (bundle) => delete bundle['identifier'] },
  { name: 'bdl-10: no timestamp', plant: (bundle) => delete bundle['timestamp'] },
  { name: 'bdl-11: the Composition is not first', plant: (bundle) => entriesOf(bundle).reverse() },
  section('cmp-1: a section of nothing', (one) => {
    for (const field of ['text', 'entry', 'emptyReason'] as const) Reflect.deleteProperty(one, field);
  }),
  section('cmp-2: empty, with entries', (one) => (one.emptyReason = coded(`${hl7}/list-empty-reason`, 'notasked'))),
  section('script in the narrative', (one) => {
    one.text.div = one.text.div.replace('</div>', '<script>alert(1)</script></div>');
  }),
  section('narrative not well-formed', (one) => (one.text.div = one.text.div.replace('</ul>', ''))),
  change('empty string', 'Condition', { code: { text: '' } }),
  change('empty list', 'Condition', { note: [] }),
  change('null', 'Condition', { recordedDate: null }),
  change('ext-1: an extension with two contents', 'Condition', {
    extension: [{ url: 'https://example.org/a', valueString: 'a', extension: [{ url: 'b', valueString: 'b' }] }],
  }),
  change('illegal id', 'Condition', { id: 'medical_condition:692-703' }),
  change('unsignedInt -1', 'Provenance', (provenance) => {
    const [quotation] = provenance['entity'] as { extension: { extension: Json[] }[] }[];
    const turn = quotation?.extension[0]?.extension.find(({ url }) => url === 'turn');
    if (turn) turn['valueUnsignedInt'] = -1;
  }),
  change('reference to nothing in the Bundle', 'Condition', { subject: nobody }),
  change('reference to the wrong type', 'Condition', (condition) => (condition['subject'] = condition['encounter'])),
  change('unknown ICD-10-CM code', 'Condition', { code: coded('http://hl7.org/fhir/sid/icd-10-cm', 'R99.999') }),
  change('unknown resource type', 'Condition', { resourceType: 'Illness' }),
  change('dom-3: contained, and unreferenced', 'Condition', { contained: [{ resourceType: 'Patient', id: 'p' }] }),
  change('relative extension url', 'Condition', { extension: [{ url: 'evidence', valueString: 'words' }] }),
];

/** The Bundle as JSON, with the fault planted. */
export function planted(bundle: Bundle, { plant }: Fault): object {
  const copy = JSON.parse(JSON.stringify(bundle)) as Json;
  plant(copy);
  return copy;
}
