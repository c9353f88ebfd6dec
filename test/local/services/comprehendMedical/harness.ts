import { ComprehendMedicalClient } from '@aws-sdk/client-comprehendmedical';
import {
  type ComprehendMedicalOptions,
  createComprehendMedical,
} from '../../../../local/services/comprehendMedical/comprehendMedical.ts';
import type { JsonObject } from '../../../../local/services/jsonService.ts';
import { serve } from '../../serve.ts';
import { clientConfig, ManualClock } from '../../testClock.ts';

/** An answer with one entity over the code points `begin` to `end`. */
export function answerWith(begin: number, end: number): JsonObject {
  const entity = { Id: 0, BeginOffset: begin, EndOffset: end, Score: 0.9, Text: 'pain', Category: 'MEDICAL_CONDITION' };
  return { Entities: [{ ...entity, Type: 'DX_NAME', Traits: [], Attributes: [] }], ModelVersion: 'test' };
}

/** Finds the word "pain" and nothing else. */
function painEngine(seen: string[]) {
  const read = (method: string) => (text: string) => {
    seen.push(method);
    const at = text.indexOf('pain');
    if (at < 0) return { Entities: [], ModelVersion: 'test' };
    const begin = Array.from(text.slice(0, at)).length;
    return answerWith(begin, begin + 4);
  };
  return {
    detectEntitiesV2: read('entities'),
    inferIcd10cm: read('icd10cm'),
    inferRxNorm: read('rxnorm'),
    inferSnomedCt: read('snomed'),
  };
}

/** The stand-in behind real HTTP on a clock that stands still. `seen` tells which engine methods were asked. */
export async function comprehendMedicalHarness(options: Partial<ComprehendMedicalOptions> = {}) {
  const clock = new ManualClock();
  const seen: string[] = [];
  const { service } = createComprehendMedical({
    clock,
    engine: painEngine(seen),
    recordedAnswers: () => undefined,
    ...options,
  });
  const server = await serve(service, clock);
  return {
    clock,
    seen,
    client: (region = 'eu-west-1') => new ComprehendMedicalClient(clientConfig(server.endpoint, region)),
    /** Calls an operation as no SDK would: with any body. */
    raw: (operation: string, body: JsonObject) =>
      Promise.try(() => service.operations[operation]?.(body, { region: 'eu-west-1', accessKeyId: 'AKIATEST' })),
    [Symbol.asyncDispose]: server.close,
  };
}
