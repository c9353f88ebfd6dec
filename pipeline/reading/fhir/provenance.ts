import type {
  Device,
  DocumentReference,
  Extension,
  Practitioner,
  Provenance,
  ProvenanceAgent,
} from '@medplum/fhirtypes';
import type { ChartEvidence } from '../chart.ts';
import { addressOf, type Clinical, type Frame, type Given, isDecided } from './frame.ts';
import { practitionerPath } from './people.ts';
import { assertedBy, concept, textOf } from './terms.ts';

/** Where a resource comes from: the machine that wrote it, the words it rests on, the clinician who decided on it. */
export function toProvenance({ id = '', resourceType }: Clinical, { finding, frame }: Given): Provenance {
  const { names, chart } = frame;
  const { decidedAt, decidedBy } = finding;
  const verifier = isDecided(finding) && decidedBy !== null ? [toVerifier(frame, decidedBy)] : [];
  return {
    resourceType: 'Provenance',
    id: names.id(`Provenance/${resourceType}/${id}`),
    target: [{ reference: `urn:uuid:${id}` }],
    recorded: decidedAt ?? chart.recording.storedAt,
    reason: [{ coding: [assertedBy(false)] }],
    agent: [
      {
        type: concept('provenanceAgent', 'author'),
        role: [concept('aiDeviceType', 'Artificial-Intelligence')],
        who: names.ref<Device>('Device'),
      },
      ...verifier,
    ],
    entity: [
      {
        extension: finding.evidence.map((evidence) => toEvidence(evidence, frame)),
        role: 'quotation',
        what: names.ref<DocumentReference>('DocumentReference/transcript'),
      },
      { role: 'source', what: names.ref<DocumentReference>('DocumentReference/recording') },
    ],
  };
}

function toVerifier({ names }: Frame, decidedBy: string): ProvenanceAgent {
  return {
    type: concept('provenanceAgent', 'verifier'),
    who: names.ref<Practitioner>(practitionerPath(decidedBy)),
  };
}

/** R4 has no element for a stretch of a text: the quote, the role of the speaker, the turn, and where it is heard. */
function toEvidence({ quote, role, turn, spans, startMs, endMs }: ChartEvidence, frame: Frame): Extension {
  const words = textOf(quote);
  const heard = spans.length > 0 ? spans : [{ startMs, endMs }];
  return {
    url: `${frame.base}/StructureDefinition/evidence`,
    extension: [
      ...(words === undefined ? [] : [{ url: 'quote', valueString: words }]),
      { url: 'role', valueCode: role },
      { url: 'turn', valueUnsignedInt: turn },
      ...heard.map((span) => ({ url: 'media', valueUrl: `${addressOf(frame)}#t=${toSeconds(span)}` })),
    ],
  };
}

/** The part of a media file that a W3C media fragment names. */
function toSeconds({ startMs, endMs }: { startMs: number; endMs: number }): string {
  return [startMs, endMs].map((ms) => (ms / 1_000).toFixed(3)).join(',');
}
