import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServiceQuotas } from '../../../local/services/serviceQuotas.ts';
import { serveJson } from './json.ts';

let server: Awaited<ReturnType<typeof serveJson>>;
let client: ServiceQuotasClient;
beforeAll(async () => {
  server = await serveJson(createServiceQuotas({ transcribe: [{ code: 'L-1', name: 'jobs', value: 250 }] }));
  client = new ServiceQuotasClient(server.config);
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

test('says the quotas of a service that it knows', async () => {
  const { Quotas } = await client.send(new ListServiceQuotasCommand({ ServiceCode: 'transcribe' }));
  expect(Quotas).toEqual([
    { ServiceCode: 'transcribe', QuotaCode: 'L-1', QuotaName: 'jobs', Value: 250, Adjustable: true },
  ]);
});

test.each([
  [{ ServiceCode: 'lambda' }, 'NoSuchResourceException'],
  [{ ServiceCode: 'transcribe', MaxResults: 5 }, 'NotImplemented'],
])('refuses %j as %s', async (input, name) => {
  await expect(client.send(new ListServiceQuotasCommand(input))).rejects.toMatchObject({ name });
});
