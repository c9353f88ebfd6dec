import { setImmediate as nextTurn } from 'node:timers/promises';
import * as v from 'valibot';
import { type JsonObject, NotImplemented, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import type { Engine, Table } from './engine.ts';

const settings = v.object({
  SSESpecification: v.optional(
    v.strictObject({
      Enabled: v.optional(v.boolean()),
      SSEType: v.optional(v.literal('KMS')),
      KMSMasterKeyId: v.optional(v.string()),
    }),
  ),
  StreamSpecification: v.optional(
    v.strictObject({
      StreamEnabled: v.boolean(),
      StreamViewType: v.optional(v.picklist(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'])),
    }),
  ),
  DeletionProtectionEnabled: v.optional(v.boolean()),
  TableClass: v.optional(v.picklist(['STANDARD', 'STANDARD_INFREQUENT_ACCESS'])),
});
type Settings = v.InferOutput<typeof settings>;

const updateRequest = v.object({ TableName: v.string(), ...settings.entries });
const tableRequest = v.strictObject({ TableName: v.string() });

/**
 * Tables with the settings that dynalite does not know. They are kept in the table's record, so they live as long as it
 * does. There is no encryption, stream or archive: the settings are only remembered and described.
 */
export function tableOperations(engine: Engine, arnPrefix: string) {
  const describe = (table: Table) => description(table, `${arnPrefix}:table/${table.TableName}`);

  return {
    async CreateTable(input: JsonObject): Promise<JsonObject> {
      const { request, chosen } = splitSettings('CreateTable', input);
      const { Tags: tags, ...plain } = request;
      const prepared = engine.prepare('CreateTable', plain);
      await engine.execute('CreateTable', Object.assign(prepared, { settings: chosen }));
      const table = await activeTable(engine, prepared.TableName);
      if (tags) await engine.run('TagResource', { ResourceArn: table['TableArn'], Tags: tags });
      return { TableDescription: { ...describe(table), TableStatus: 'CREATING' } };
    },

    async DescribeTable(input: JsonObject): Promise<JsonObject> {
      const { TableName } = readRequest('DescribeTable', tableRequest, input, 'ValidationException');
      return { Table: describe(await engine.table(TableName)) };
    },

    /** Changes settings only: dynalite answers "fine" to a new index and does not make it. */
    async UpdateTable(input: JsonObject): Promise<JsonObject> {
      const { request, chosen } = splitSettings('UpdateTable', input);
      const { TableName, ...others } = request;
      const [other] = Object.keys(others);
      if (other !== undefined) throw new NotImplemented(`UpdateTable with ${other}`);
      const table = await engine.table(
        readRequest('UpdateTable', updateRequest, { TableName }, 'ValidationException').TableName,
      );
      Object.assign(table, { settings: { ...settingsOf(table), ...chosen } });
      await engine.saveTable(table);
      return { TableDescription: describe(table) };
    },

    async DeleteTable(input: JsonObject): Promise<JsonObject> {
      const { TableName } = readRequest('DeleteTable', tableRequest, input, 'ValidationException');
      const table = await engine.table(TableName);
      if (settingsOf(table).DeletionProtectionEnabled) {
        const message = `Resource cannot be deleted: deletion protection of table ${TableName} is on`;
        throw new ServiceError('ValidationException', message);
      }
      await engine.run('DeleteTable', input);
      await goneTable(engine, TableName);
      return { TableDescription: { ...describe(table), TableStatus: 'DELETING' } };
    },
  };
}

function splitSettings(operation: string, input: JsonObject): { request: JsonObject; chosen: Settings } {
  const chosen = readRequest(operation, settings, input, 'ValidationException');
  const request = Object.fromEntries(Object.entries(input).filter(([field]) => !(field in settings.entries)));
  return { request, chosen };
}

function settingsOf(table: Table): Settings {
  return (table['settings'] ?? {}) as Settings;
}

function description(table: Table, arn: string): JsonObject {
  const { settings: _, timeToLive: __, pointInTimeRecovery: ___, ...plain } = table;
  const { SSESpecification: sse, StreamSpecification: stream, ...chosen } = settingsOf(table);
  const label = new Date(Number(table['CreationDateTime']) * 1000).toISOString().slice(0, -1);
  return {
    ...plain,
    DeletionProtectionEnabled: chosen.DeletionProtectionEnabled ?? false,
    ...(chosen.TableClass && { TableClassSummary: { TableClass: chosen.TableClass } }),
    ...(sse?.Enabled && {
      SSEDescription: {
        Status: 'ENABLED',
        SSEType: 'KMS',
        KMSMasterKeyArn: sse.KMSMasterKeyId ?? 'alias/aws/dynamodb',
      },
    }),
    ...(stream?.StreamEnabled && {
      StreamSpecification: stream,
      LatestStreamLabel: label,
      LatestStreamArn: `${arn}/stream/${label}`,
    }),
  };
}

/** dynalite finishes a table in a timer of its own; whoever holds the lock next must find it finished. */
async function activeTable(engine: Engine, name: string): Promise<Table> {
  for (;;) {
    const table = await engine.table(name);
    if (table.TableStatus === 'ACTIVE') return table;
    await nextTurn();
  }
}

async function goneTable(engine: Engine, name: string): Promise<void> {
  try {
    for (;;) {
      await engine.table(name);
      await nextTurn();
    }
  } catch (error) {
    if (!(error instanceof ServiceError && error.name === 'ResourceNotFoundException')) throw error;
  }
}
