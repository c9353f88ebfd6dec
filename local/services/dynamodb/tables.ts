import { setImmediate as nextTurn } from 'node:timers/promises';
import * as v from 'valibot';
import { type JsonObject, NotImplemented } from '../jsonService.ts';
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
});
type Settings = v.InferOutput<typeof settings>;

const tableRequest = v.strictObject({ TableName: v.string() });

/**
 * Tables with the settings that dynalite does not know. They are kept in the table's record, so they live as long as it
 * does. There is no encryption and no stream: the settings are only remembered and described.
 */
export function tableOperations(engine: Engine, arnPrefix: string) {
  const describe = (table: Table) => description(table, `${arnPrefix}:table/${table.TableName}`);

  return {
    async CreateTable(input: JsonObject): Promise<JsonObject> {
      const chosen = readRequest('CreateTable', settings, input, 'ValidationException');
      const request = Object.fromEntries(Object.entries(input).filter(([field]) => !(field in settings.entries)));
      if (request['Tags'] !== undefined) throw new NotImplemented('CreateTable with Tags');
      const prepared = engine.prepare('CreateTable', request);
      await forgetUnfinished(engine, prepared.TableName);
      await engine.execute('CreateTable', Object.assign(prepared, { settings: chosen }));
      const table = await activeTable(engine, prepared.TableName);
      return { TableDescription: { ...describe(table), TableStatus: 'CREATING' } };
    },

    async DescribeTable(input: JsonObject): Promise<JsonObject> {
      const { TableName } = readRequest('DescribeTable', tableRequest, input, 'ValidationException');
      return { Table: describe(await engine.table(TableName)) };
    },
  };
}

function settingsOf(table: Table): Settings {
  return (table['settings'] ?? {}) as Settings;
}

function description(table: Table, arn: string): JsonObject {
  const { settings: _, timeToLive: __, recoverable: ___, ...plain } = table;
  const { SSESpecification: sse, StreamSpecification: stream, ...chosen } = settingsOf(table);
  const label = new Date(Number(table['CreationDateTime']) * 1000).toISOString().slice(0, -1);
  return {
    ...plain,
    DeletionProtectionEnabled: chosen.DeletionProtectionEnabled ?? false,
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

/** A process that died while it made the table left one that never becomes active, and holds nothing. */
async function forgetUnfinished(engine: Engine, name: string): Promise<void> {
  const there = await engine.table(name).catch(() => undefined);
  if (there?.TableStatus === 'CREATING') await engine.removeTable(name);
}

/** dynalite finishes a table in a timer of its own; whoever holds the lock next must find it finished. */
async function activeTable(engine: Engine, name: string): Promise<Table> {
  for (;;) {
    const table = await engine.table(name);
    if (table.TableStatus === 'ACTIVE') return table;
    await nextTurn();
  }
}
