import { expect, test } from 'vitest';
import { toAccessLog, toRequestTime } from '../../../../local/services/apiGateway/accessLog.ts';

const facts = {
  requestId: 'r',
  requestTime: '29/Nov/2026:09:00:00 +0000',
  routeKey: 'GET /things/{id}',
  status: '200',
  integrationStatus: '200',
  integrationErrorMessage: '-',
  responseLatency: '12',
  responseLength: '4',
};

test('a line is the format with what the request came to', () => {
  const line = toAccessLog('{"route":"$context.routeKey","status":"$context.status","ms":$context.responseLatency}');
  expect(JSON.parse(line(facts))).toEqual({ route: 'GET /things/{id}', status: '200', ms: 12 });
});

test.each(['$context.identity.sourceIp', '$context.path'])('%s is not known', (variable) => {
  expect(() => toAccessLog(`{"a":"${variable}"}`)).toThrow(`the stand-in does not log ${variable}`);
});

test('a time is in the format of web servers', () => {
  expect(toRequestTime(Date.parse('2026-01-09T23:05:07.123Z'))).toBe('09/Jan/2026:23:05:07 +0000');
});
