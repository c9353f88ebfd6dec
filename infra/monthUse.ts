import type { PriceName } from './monthPrices.ts';

/** A month of visits, as far as the machinery around them is billed by it. */
export interface Month {
  visits: number;
  minutes: number;
  people: number;
  isRecorded: boolean;
  /** Characters that are read out, of a visit. */
  spoken: number;
  /** Messages that are written about a visit. */
  messages: number;
  /** Megabytes of files that are sent with them. */
  attached: number;
}

/** What was measured or is assumed of a visit and of a month. Counts are those of `npm run bench -- machinery`, rounded up. */
const assumed = {
  /** AAC of 64 kbit/s. */
  recordingMbPerMinute: 0.48,
  chunksPerMinute: 12,
  /** Days that a chunk is there, of thirty: fourteen, and one as an old version. */
  chunkShare: 0.5,
  /** The job's output, the transcript, the answers and the results, for a minute of talk. */
  resultMbPerMinute: 0.1,
  /** MP3 of 48 kbit/s at fifteen characters a second. */
  spokenMbPerCharacter: 0.0004,
  documents: { puts: 20, gets: 30 },
  /** Requests of each person's app: to enter, to look how it stands, to leave. */
  requestsPerPerson: 20,
  /** Written, read by the other side, and marked as read. */
  requestsPerMessage: 3,
  /** A monitor asks for GET /health twice a minute. */
  monitored: 2 * 60 * 730,
  /** The workflow's own, and those of events of a call. */
  invocations: { workflow: 15, call: 12 },
  /** carryAudit and deliverMessages every minute, sweepMeetings every five. */
  scheduled: 2 * 60 * 730 + 12 * 730,
  gigabyteSeconds: 0.5 * 0.3,
  table: { writes: 40, reads: 30, entryKb: 20 },
  keyRequests: 60,
  secretRequests: 4,
  messagesOfQueues: 12,
  /** Three queues with five pollers each, and a look every twenty seconds. */
  emptyReceives: 3 * 5 * 3 * 60 * 730,
  events: 6,
  logKb: 2,
  traceShare: 0.05,
  /** The stage's key and that of the CDN's alarms. */
  keys: 2,
  secrets: 4,
  metrics: 60,
  alarms: 130,
  dashboards: 1,
  sdkMb: 0.25,
  /** Those of CloudFront that are paid for, of which the cache's hits are one: all or none. */
  sdkMetrics: 8,
  /** What is played, exported and loaded of a visit, in its recordings' megabytes. */
  heardShare: 0.5,
} as const;

/** Those that the templates tell: a test compares them. */
export const { alarms, metrics, secrets, keys, dashboards } = assumed;

/** A count of what is billed, in the unit of its price. */
export interface Use {
  item: string;
  unit: string;
  price: PriceName;
  count: number;
}

/** Seven years and thirty days, as `recordingRetentionDays` and `resultRetentionDays` have it. */
const retention = 85;
/** Recordings are moved to the archive after 90 days. */
const fresh = 3;

/** Everything that a month uses; what is kept adds up. @param nth which month of the deployment's it is, from 1 on */
export function toUses(month: Month, nth = 1): Use[] {
  const { visits, minutes, people, isRecorded, spoken, messages, attached } = month;
  const recorded = isRecorded ? visits : 0;
  const recordedGb = (recorded * minutes * assumed.recordingMbPerMinute) / 1_000;
  const resultGb = (recorded * minutes * assumed.resultMbPerMinute) / 1_000;
  const attachedGb = (visits * attached) / 1_000;
  const chunks = recorded * minutes * assumed.chunksPerMinute;
  const written = visits * messages;
  const requests =
    visits * people * assumed.requestsPerPerson + written * assumed.requestsPerMessage + assumed.monitored;
  const invocations =
    requests + recorded * assumed.invocations.workflow + visits * assumed.invocations.call + assumed.scheduled;
  const logGb = (invocations * assumed.logKb) / 1_000_000;
  const tableGb = (visits * assumed.table.entryKb) / 1_000_000;
  const after = (months: number) => Math.min(nth, months);
  const moved = Math.max(0, after(retention) - fresh);
  const { documents, table } = assumed;
  return [
    use('S3: chunks of captures', 'GB', 'storage', recordedGb * assumed.chunkShare),
    use('S3: recordings', 'GB', 'storage', recordedGb * after(fresh)),
    use('S3: recordings, archived', 'GB', 'archive', recordedGb * moved),
    use('S3: results', 'GB', 'storage', resultGb * after(retention)),
    use('S3: attachments', 'GB', 'storage', attachedGb * after(retention)),
    use('S3: spoken texts', 'GB', 'storage', (visits * spoken * assumed.spokenMbPerCharacter) / 1_000),
    use('S3: writes', 'requests', 'put', chunks + recorded * documents.puts),
    use('S3: reads', 'requests', 'get', chunks + recorded * documents.gets),
    use('S3: moves to the archive', 'objects', 'move', nth > fresh ? recorded : 0),
    use('data that leaves AWS', 'GB', 'dataOut', recordedGb * assumed.heardShare + attachedGb),
    use('KMS: keys', 'keys', 'key', assumed.keys),
    use('KMS: requests', 'requests', 'keyRequest', visits * assumed.keyRequests),
    use('API Gateway', 'requests', 'apiRequest', requests),
    use('DynamoDB: writes', 'units', 'tableWrite', visits * table.writes),
    use('DynamoDB: reads', 'units', 'tableRead', visits * table.reads),
    use('DynamoDB: storage', 'GB', 'tableStorage', tableGb * after(retention)),
    use('Lambda: invocations', 'invocations', 'invocation', invocations),
    use('Lambda: time', 'GB-s', 'gigabyteSecond', invocations * assumed.gigabyteSeconds),
    use('SQS', 'requests', 'queueRequest', visits * assumed.messagesOfQueues * 3 + assumed.emptyReceives),
    use('EventBridge', 'events', 'event', visits * assumed.events),
    use('CloudWatch: lines written', 'GB', 'logWritten', logGb),
    use('CloudWatch: lines kept', 'GB', 'logKept', logGb * after(12)),
    use('CloudWatch: metrics', 'metrics', 'metric', assumed.metrics),
    use('CloudWatch: alarms', 'metrics watched', 'alarm', assumed.alarms),
    use('CloudWatch: dashboards', 'dashboards', 'dashboard', assumed.dashboards),
    use('X-Ray', 'traces', 'trace', invocations * assumed.traceShare),
    use('Secrets Manager: secrets', 'secrets', 'secret', assumed.secrets),
    use('Secrets Manager: requests', 'requests', 'secretRequest', visits * assumed.secretRequests),
    use('chat', 'messages', 'message', written),
    use('CDN: data', 'GB', 'served', (visits * people * assumed.sdkMb) / 1_000),
    use('CDN: requests', 'requests', 'servedRequest', visits * people),
    use('CDN: metrics', 'metrics', 'metric', assumed.sdkMetrics),
  ];
}

function use(item: string, unit: string, price: PriceName, count: number): Use {
  return { item, unit, price, count };
}
