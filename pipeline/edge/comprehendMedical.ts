import {
  ComprehendMedicalClient,
  DetectEntitiesV2Command,
  InferICD10CMCommand,
  InferRxNormCommand,
  InferSNOMEDCTCommand,
} from '@aws-sdk/client-comprehendmedical';
import type { Operation, ServiceAnswer } from '../extraction.ts';
import type { ClinicalText } from '../ports.ts';
import { request } from './failure.ts';

export function toClinicalText(client = new ComprehendMedicalClient({})): ClinicalText {
  const send: Record<Operation, (text: string) => Promise<ServiceAnswer>> = {
    DetectEntitiesV2: (Text) => client.send(new DetectEntitiesV2Command({ Text })),
    InferICD10CM: (Text) => client.send(new InferICD10CMCommand({ Text })),
    InferRxNorm: (Text) => client.send(new InferRxNormCommand({ Text })),
    InferSNOMEDCT: (Text) => client.send(new InferSNOMEDCTCommand({ Text })),
  };
  return {
    async ask(operation, text) {
      const { Entities, ModelVersion, PaginationToken } = await request('ComprehendMedical', () =>
        send[operation](text),
      );
      return { Entities, ModelVersion, PaginationToken };
    },
  };
}
