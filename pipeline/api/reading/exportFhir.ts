import type { ApiPorts, Route } from '../../apiPorts.ts';
import { askedRecording } from '../../reading/asked.ts';
import { toChart } from '../../reading/draw.ts';
import { toBundle } from '../../reading/fhir.ts';
import { openAll } from '../../reading/pages.ts';

/**
 * The consultation as a FHIR R4 document, for its provider, as it is reviewed now. It is handed out only when it is
 * written down: whoever is given a finding has to be told when it is called wrong later.
 */
export const exportFhir: Route<Pick<ApiPorts, 'records'> & { config: { apiUrl: string | undefined } }> =
  ({ records, config }) =>
  async (caller, { params }): Promise<string> => {
    const recordingId = askedRecording(params['id']);
    const base = config.apiUrl ?? unset();
    const opened = await openAll((page) => records.open(caller, recordingId, page));
    const document = JSON.stringify(toBundle(toChart(opened), { base }));
    await records.logAccess(caller, recordingId, 'fhir');
    return document;
  };

/** Its addresses and identifiers would be nobody's. */
function unset(): never {
  throw Object.assign(new Error('configuration: API_URL is missing'), { name: 'ConfigurationInvalid' });
}
