import * as v from 'valibot';
import { type JsonObject, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import type { Engine, Table } from './engine.ts';

const ttlRequest = v.strictObject({
  TableName: v.string(),
  TimeToLiveSpecification: v.strictObject({
    Enabled: v.boolean(),
    AttributeName: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  }),
});
const recoveryRequest = v.strictObject({
  TableName: v.string(),
  PointInTimeRecoverySpecification: v.strictObject({
    PointInTimeRecoveryEnabled: v.boolean(),
    RecoveryPeriodInDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(35))),
  }),
});
const tableRequest = v.strictObject({ TableName: v.string() });

type Recovery = v.InferOutput<typeof recoveryRequest>['PointInTimeRecoverySpecification'];

/**
 * Time to live and continuous backups: both are stored and described, neither is carried out. There is no sweeper, so
 * an expired item stays, as it may for days in the service: readers must filter. There is nothing to restore from
 * either.
 */
export function retentionOperations(engine: Engine) {
  return {
    async UpdateTimeToLive(input: JsonObject): Promise<JsonObject> {
      const request = readRequest('UpdateTimeToLive', ttlRequest, input, 'ValidationException');
      const { Enabled: enabled, AttributeName: attribute } = request.TimeToLiveSpecification;
      const table = await engine.table(request.TableName);
      refuseNoChange(attributeOf(table), enabled, attribute);
      await engine.saveTable(Object.assign(table, { timeToLive: enabled ? attribute : null }));
      return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
    },

    async DescribeTimeToLive(input: JsonObject): Promise<JsonObject> {
      const { TableName } = readRequest('DescribeTimeToLive', tableRequest, input, 'ValidationException');
      const attribute = attributeOf(await engine.table(TableName));
      const status = attribute
        ? { TimeToLiveStatus: 'ENABLED', AttributeName: attribute }
        : { TimeToLiveStatus: 'DISABLED' };
      return { TimeToLiveDescription: status };
    },

    async UpdateContinuousBackups(input: JsonObject): Promise<JsonObject> {
      const request = readRequest('UpdateContinuousBackups', recoveryRequest, input, 'ValidationException');
      const table = await tableOrNotFound(engine, request.TableName);
      const recovery = request.PointInTimeRecoverySpecification;
      await engine.saveTable(Object.assign(table, { pointInTimeRecovery: recovery }));
      return backups(recovery);
    },

    async DescribeContinuousBackups(input: JsonObject): Promise<JsonObject> {
      const { TableName } = readRequest('DescribeContinuousBackups', tableRequest, input, 'ValidationException');
      const table = await tableOrNotFound(engine, TableName);
      return backups((table['pointInTimeRecovery'] ?? { PointInTimeRecoveryEnabled: false }) as Recovery);
    },
  };
}

function attributeOf(table: Table): string | undefined {
  const attribute = table['timeToLive'];
  return typeof attribute === 'string' ? attribute : undefined;
}

function refuseNoChange(current: string | undefined, enabled: boolean, attribute: string): void {
  if (!enabled && !current) throw new ServiceError('ValidationException', 'TimeToLive is already disabled');
  if (enabled && current === attribute) throw new ServiceError('ValidationException', 'TimeToLive is already enabled');
  if (current && current !== attribute) {
    const message = `TimeToLive is active on a different AttributeName: current AttributeName is ${current}`;
    throw new ServiceError('ValidationException', message);
  }
}

function backups({ PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: days }: Recovery): JsonObject {
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: enabled
        ? { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: days ?? 35 }
        : { PointInTimeRecoveryStatus: 'DISABLED' },
    },
  };
}

/** These two operations have an error name of their own for a missing table. */
async function tableOrNotFound(engine: Engine, name: string): Promise<Table> {
  try {
    return await engine.table(name);
  } catch (error) {
    if (!(error instanceof ServiceError && error.name === 'ResourceNotFoundException')) throw error;
    throw new ServiceError('TableNotFoundException', `Table not found: ${name}`);
  }
}
