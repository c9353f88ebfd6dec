import * as v from 'valibot';
import type { JsonObject } from '../jsonService.ts';
import { notSupported, readRequest } from '../readRequest.ts';
import type { Engine, Table } from './engine.ts';

const updateRequest = v.strictObject({
  TableName: v.string(),
  PointInTimeRecoverySpecification: v.strictObject({
    PointInTimeRecoveryEnabled: v.boolean(),
    RecoveryPeriodInDays: notSupported,
  }),
});
const describeRequest = v.strictObject({ TableName: v.string() });

/** Point-in-time recovery is stored and described. There are no backups. */
export function backupOperations(engine: Engine) {
  return {
    async UpdateContinuousBackups(input: JsonObject): Promise<JsonObject> {
      const request = readRequest('UpdateContinuousBackups', updateRequest, input, 'ValidationException');
      const { PointInTimeRecoveryEnabled: recoverable } = request.PointInTimeRecoverySpecification;
      const table = await engine.table(request.TableName);
      await engine.saveTable(Object.assign(table, { recoverable }));
      return describe(table);
    },

    async DescribeContinuousBackups(input: JsonObject): Promise<JsonObject> {
      const { TableName } = readRequest('DescribeContinuousBackups', describeRequest, input, 'ValidationException');
      return describe(await engine.table(TableName));
    },
  };
}

function describe(table: Table): JsonObject {
  const status = table['recoverable'] === true ? 'ENABLED' : 'DISABLED';
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: status },
    },
  };
}
