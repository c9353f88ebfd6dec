import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Connected, connect } from '../../../pipeline/edge/live.ts';
import type { Caller } from '../../../pipeline/apiPorts.ts';
import type { Ports } from '../../../pipeline/ports.ts';
import { testEnv } from '../memoryPorts.ts';
import { recording } from '../visit.ts';

const { adapters, loaded, made, broken } = vi.hoisted(() => {
  /** The files of adapters that were loaded. */
  const loaded: string[] = [];
  /** The adapters that were made, each as often as it was, with the text that it was given. */
  const made: string[] = [];
  /** Those that cannot be made, by name. */
  const broken = new Set<string>();
  const make = (name: string, given: unknown[]) => {
    made.push([name, ...given.filter((one) => typeof one === 'string')].join(' '));
    if (broken.has(name)) throw new Error(`${name} is away`);
  };
  /** Answers every method with its own name. */
  const standIn = (name: string) => ({
    get: (_: object, method: string | symbol) =>
      method === 'then' ? undefined : async () => `${name}.${String(method)}`,
  });
  /** The exports of an adapter's file. `answer` is what a maker gives that makes no port. */
  const adapters = (file: string, makers: Readonly<Record<string, string>>, answer?: unknown) => {
    loaded.push(file);
    return Object.fromEntries(
      Object.entries(makers).map(([maker, name]) => [
        maker,
        (...given: unknown[]) => {
          make(name, given);
          return answer === undefined ? new Proxy({}, standIn(name)) : Promise.resolve(answer);
        },
      ]),
    );
  };
  return { adapters, loaded, made, broken };
});

vi.mock('../../../pipeline/edge/s3.ts', () => adapters('s3', { toRecordings: 'recordings', toDocuments: 'documents' }));
vi.mock('../../../pipeline/edge/transcribe.ts', () => adapters('transcribe', { toTranscription: 'transcription' }));
vi.mock('../../../pipeline/edge/comprehendMedical.ts', () =>
  adapters('comprehendMedical', { toClinicalText: 'clinicalText' }),
);
vi.mock('../../../pipeline/edge/stepFunctions.ts', () => adapters('stepFunctions', { toExecutions: 'executions' }));
vi.mock('../../../pipeline/edge/dynamodb.ts', () => adapters('dynamodb', { toTokens: 'tokens', toIntake: 'intake' }));
vi.mock('../../../pipeline/edge/placeStore.ts', () => adapters('placeStore', { toPlaceStore: 'placeStore' }));
vi.mock('../../../pipeline/edge/places.ts', () => adapters('places', { toPlaces: 'places' }));
vi.mock('../../../pipeline/edge/auditTrail.ts', () => adapters('auditTrail', { toAuditTrail: 'audit' }));
vi.mock('../../../pipeline/edge/supabase.ts', () => adapters('supabase', { toEhr: 'ehr' }));
vi.mock('../../../pipeline/edge/secrets.ts', () => adapters('secrets', { readSecret: 'secret' }, 'key of the secret'));
vi.mock('../../../pipeline/edge/tokens.ts', () => adapters('tokens', { toCallers: 'callers' }));
vi.mock('../../../pipeline/edge/postgrest.ts', () => adapters('postgrest', { toRecords: 'records' }));
vi.mock('../../../pipeline/edge/links.ts', () => adapters('links', { toLinks: 'links' }));
vi.mock('../../../pipeline/edge/bus.ts', () => ({
  ...adapters('bus', { toNudges: 'nudges' }),
  connectBus: () => ({}),
}));
vi.mock('../../../pipeline/edge/icd10cm.ts', () =>
  adapters('icd10cm', { readCodeTable: 'codeTable' }, { release: 'FY2026' }),
);

beforeEach(() => {
  made.length = 0;
  broken.clear();
});

// Files share their modules: what comes after this one in the same worker would be given these stand-ins.
afterAll(() => vi.resetModules());

const log = () => {};
const measure = () => {};
const connected = (env: Readonly<Record<string, string>> = {}) => connect({ ...testEnv, ...env }, log, measure);

// The first test: no other has loaded anything yet.
test('nothing is loaded or made until it is used, and then no other file', async () => {
  loaded.length = 0; // the ports in memory share a file with those of a deployment
  const ports = connected();
  expect(ports.config.auditTable).toBe('audit');
  expect([loaded, made]).toEqual([[], []]);
  await ports.tokens.find('rec-1');
  expect([loaded, made]).toEqual([['dynamodb'], ['tokens']]);
});

test('an environment that lacks something is refused at once, before any adapter is made', () => {
  expect(() => connected({ AUDIT_TABLE: '' })).toThrow(expect.objectContaining({ name: 'ConfigurationInvalid' }));
});

describe('a port is made when it is first used, and no other is', () => {
  test.each<[string, (ports: Connected) => Promise<unknown>]>([
    ['recordings.probe', (ports) => ports.recordings.probe(recording)],
    ['documents.read', (ports) => ports.documents.read('transcripts', 'k')],
    ['transcription.find', (ports) => ports.transcription.find('transcribe', 'job')],
    ['clinicalText.ask', (ports) => ports.clinicalText.ask('InferRxNorm', 'text')],
    ['executions.wake', (ports) => ports.executions.wake('token', {})],
    ['tokens.find', (ports) => ports.tokens.find('rec-1')],
    ['intake.markStarted', (ports) => ports.intake.markStarted('f1')],
    ['callers.identify', (ports) => ports.callers.identify(new Headers())],
    ['links.issue', (ports) => ports.links.issue({} as Parameters<Connected['links']['issue']>[0], 300)],
    ['nudges.tell', (ports) => ports.nudges.tell('m1')],
    ['audit.record', (ports) => ports.audit.record({} as Parameters<Ports['audit']['record']>[0])],
  ])('%s', async (call, use) => {
    const ports = connected();
    expect(await use(ports)).toBe(call);
    expect(await use(ports)).toBe(call);
    expect(made).toEqual([call.split('.')[0]]);
  });

  test('once, though two calls need it at the same time', async () => {
    const { documents } = connected();
    await Promise.all([documents.read('transcripts', 'a'), documents.read('transcripts', 'b')]);
    expect(made).toEqual(['documents']);
  });

  test('by the next call, when it could not be made', async () => {
    const { tokens } = connected();
    broken.add('tokens');
    await expect(tokens.find('rec-1')).rejects.toThrow('tokens is away');
    broken.clear();
    expect(await tokens.find('rec-1')).toBe('tokens.find');
  });
});

describe('the health record', () => {
  test('is reached by the key of the environment, where there is one: no secret is read', async () => {
    await connected().ehr.findSession('m1');
    expect(made).toEqual([`ehr ${testEnv.SUPABASE_URL} service-role`]);
  });

  test('is reached by the key of the secret elsewhere, which is read once', async () => {
    const { ehr } = connected({ SUPABASE_SERVICE_ROLE_KEY: '', SUPABASE_KEY_SECRET: 'medzen/ehr' });
    await ehr.findSession('m1');
    await ehr.findSession('m2');
    expect(made).toEqual(['secret medzen/ehr', `ehr ${testEnv.SUPABASE_URL} key of the secret`]);
  });

  test('waits for a secret that could not be read', async () => {
    const { ehr } = connected({ SUPABASE_SERVICE_ROLE_KEY: '', SUPABASE_KEY_SECRET: 'medzen/ehr' });
    broken.add('secret');
    await expect(ehr.findSession('m1')).rejects.toThrow('secret is away');
    broken.clear();
    expect(await ehr.findSession('m1')).toBe('ehr.findSession');
  });
});

describe('the health record as a person sees it', () => {
  const somebody = {} as Caller;

  test('is reached by the public key of the project', async () => {
    expect(await connected({ SUPABASE_ANON_KEY: 'public' }).records.locate(somebody, 'rec-1')).toBe('records.locate');
    expect(made).toEqual(['records']);
  });

  test('is not reached without one', async () => {
    await expect(connected().records.locate(somebody, 'rec-1')).rejects.toMatchObject({
      name: 'ConfigurationInvalid',
      message: 'configuration: SUPABASE_ANON_KEY is missing',
    });
  });
});

describe('the code table', () => {
  test('is read once, from where the environment says', async () => {
    const { codeTable } = connected({ ICD10CM_TABLE: 's3://codes/table.gz' });
    expect(await Promise.all([codeTable(), codeTable()])).toMatchObject([{ release: 'FY2026' }, { release: 'FY2026' }]);
    expect(made).toEqual(['codeTable s3://codes/table.gz']);
  });

  test('is none where the environment names none', async () => {
    expect(await connected().codeTable()).toBeUndefined();
    expect(made).toEqual([]);
  });
});
