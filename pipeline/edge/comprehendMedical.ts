import {
  ComprehendMedicalClient,
  DetectEntitiesV2Command,
  InferICD10CMCommand,
  InferRxNormCommand,
  InferSNOMEDCTCommand,
} from '@aws-sdk/client-comprehendmedical';
import type { Operation } from '../clinical/operations.ts';
import type { ServiceAnswer } from '../clinical/extraction.ts';
import type { ClinicalText } from '../ports.ts';
import { request } from './failure.ts';
import { withLimit } from './limits.ts';

/** @param credentials of the one user that may; without them, those of the environment */
export function connectComprehendMedical(
  region: string,
  credentials?: { accessKeyId: string; secretAccessKey: string },
): ComprehendMedicalClient {
  const config = { region, ...(credentials && { credentials }) };
  return new ComprehendMedicalClient({ ...withLimit('comprehendMedical'), ...config });
}

export function toClinicalText(client = new ComprehendMedicalClient(withLimit('comprehendMedical'))): ClinicalText {
  const send: Record<Operation, (text: string) => Promise<ServiceAnswer>> = {
    DetectEntitiesV2: (Text) => client.send(new DetectEntitiesV2Command({ Text })),
    InferICD10CM: (Text) => client.send(new InferICD10CMCommand({ Text })),
    InferRxNorm: (Text) => client.send(new InferRxNormCommand({ Text })),
    InferSNOMEDCT: (Text) => client.send(new InferSNOMEDCTCommand({ Text })),
  };
  return {
    async ask(operation, text) {
      const { Entities, UnmappedAttributes, ModelVersion, PaginationToken } = await request('ComprehendMedical', () =>
        send[operation](text),
      );
      return withoutNulls({ Entities, UnmappedAttributes, ModelVersion, PaginationToken });
    },
  };
}

/** The SDK drops null fields but leaves nulls in lists, and one null among the entities would fail the whole merge. */
function withoutNulls<Value>(value: Value): Value {
  if (Array.isArray(value)) {
    return value.filter((item) => item !== null && item !== undefined).map(withoutNulls) as Value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)])) as Value;
}
