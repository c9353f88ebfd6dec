import { beforeAll, describe, expect, test } from 'vitest';
import { exportFhir } from '../../../../pipeline/api/reading/exportFhir.ts';
import { toChart } from '../../../../pipeline/reading/draw.ts';
import { toBundle } from '../../../../pipeline/reading/fhir.ts';
import type { Opened } from '../../../../pipeline/reading/opened.ts';
import { Refusal } from '../../../../pipeline/refusals.ts';
import { openVisit } from '../../reading/visit.ts';
import { memoryReading, provider, recordingId } from './memoryReading.ts';

const input = { params: { id: recordingId }, body: undefined };
const base = 'https://api.example.org';
let opened: Opened;

beforeAll(async () => {
  opened = await openVisit();
});

const portsOf = (pages: Opened[], apiUrl: string | undefined = base) => ({
  ...memoryReading({ opened: pages }),
  config: { apiUrl },
});

test('a document is drawn from the chart, and begins its addresses with that of the API', async () => {
  const text = await exportFhir(portsOf([opened]))(provider, input);
  expect(text).toBe(JSON.stringify(toBundle(toChart(opened), { base })));
  expect(text).toContain(base);
});

test('it is opened with her own token, and handed out once it is written down', async () => {
  const ports = portsOf([opened]);
  await exportFhir(ports)(provider, input);
  expect(ports.did).toEqual([`open 0 of ${recordingId} with token`, `log fhir of ${recordingId} with token`]);
});

test('of several pages it is the same document', async () => {
  const half = Math.ceil(opened.turns.length / 2);
  const pages = [
    { ...opened, turns: opened.turns.slice(0, half), entities: [], codes: [], page: { number: 0, of: 2 } },
    { ...opened, turns: opened.turns.slice(half), page: { number: 1, of: 2 } },
  ];
  expect(await exportFhir(portsOf(pages))(provider, input)).toBe(await exportFhir(portsOf([opened]))(provider, input));
});

describe('nothing is handed out', () => {
  test.each(['OnlyTheProvider', 'NotFinished', 'ServiceUnavailable'] as const)(
    'when it is not opened: %s',
    async (code) => {
      const ports = portsOf([opened]);
      ports.records.open = () => Promise.reject(new Refusal(code));
      await expect(exportFhir(ports)(provider, input)).rejects.toMatchObject({ code });
      expect(ports.did).toEqual([]);
    },
  );

  test('when it cannot be written down', async () => {
    const ports = portsOf([opened]);
    ports.records.logAccess = () => Promise.reject(new Refusal('ServiceUnavailable'));
    await expect(exportFhir(ports)(provider, input)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  });

  test('for an id that is none: nobody is asked', async () => {
    const ports = portsOf([opened]);
    const none = { params: { id: 'rec-1' }, body: undefined };
    await expect(exportFhir(ports)(provider, none)).rejects.toMatchObject({ code: 'OnlyTheProvider' });
    expect(ports.did).toEqual([]);
  });

  test('while nobody has said where the API is', async () => {
    const ports = { ...portsOf([opened]), config: { apiUrl: undefined } };
    await expect(exportFhir(ports)(provider, input)).rejects.toMatchObject({ name: 'ConfigurationInvalid' });
    expect(ports.did).toEqual([]);
  });
});
