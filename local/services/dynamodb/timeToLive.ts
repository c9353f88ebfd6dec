import * as v from 'valibot';
import { type JsonObject, ServiceError } from '../jsonService.ts';
import { readRequest } from '../readRequest.ts';
import type { Engine, Table } from './engine.ts';

const updateRequest = v.strictObject({
  TableName: v.string(),
  TimeToLiveSpecification: v.strictObject({
    Enabled: v.boolean(),
    AttributeName: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  }),
});
const describeRequest = v.strictObject({ TableName: v.string() });

/**
 * Time to live is stored and described, but not carried out. There is no sweeper, so an expired item stays, as it may
 * for days in the service: readers must filter.
 */
export function timeToLiveOperations(engine: Engine) {
  return {
    async UpdateTimeToLive(input: JsonObject): Promise<JsonObject> {
      const request = readRequest('UpdateTimeToLive', updateRequest, input, 'ValidationException');
      const { Enabled: enabled, AttributeName: attribute } = request.TimeToLiveSpecification;
      const table = await engine.table(request.TableName);
      refuseNoChange(attributeOf(table), enabled, attribute);
      await engine.saveTable(Object.assign(table, { timeToLive: enabled ? attribute : null }));
      return { TimeToLiveSpecification: { Enabled: enabled, AttributeName: attribute } };
    },

    async DescribeTimeToLive(input: JsonObject): Promise<JsonObject> {
      const { TableName } = readRequest('DescribeTimeToLive', describeRequest, input, 'ValidationException');
      const attribute = attributeOf(await engine.table(TableName));
      const status = attribute
        ? { TimeToLiveStatus: 'ENABLED', AttributeName: attribute }
        : { TimeToLiveStatus: 'DISABLED' };
      return { TimeToLiveDescription: status };
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
