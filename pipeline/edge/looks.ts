import { ChimeSDKMeetingsClient, GetMeetingCommand } from '@aws-sdk/client-chime-sdk-meetings';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { marshall } from '@aws-sdk/util-dynamodb';
import { PipelineError } from '../errors.ts';
import { isNamed, request } from './failure.ts';
import { withLimit } from './limits.ts';
import type { Looks } from './probe.ts';

/** Where the dependencies are. */
export interface Places {
  supabaseUrl: string;
  /** The project's public key. */
  supabaseKey: string;
  /** Where Chime is asked about meetings. */
  controlRegion: string;
  workflowTable: string;
  recordingsBucket: string;
  stateMachineArn: string;
}

/** A meeting, an item, objects and an execution that never are: to learn that there are none, a service has to be there. */
export const absent = {
  meeting: '00000000-0000-0000-0000-000000000000',
  item: { pk: 'HEALTH', sk: 'HEALTH' },
  prefix: 'health/',
  execution: 'health',
} as const;

const toClients = ({ controlRegion }: Places) => ({
  chime: new ChimeSDKMeetingsClient({ region: controlRegion, ...withLimit('health') }),
  dynamodb: new DynamoDBClient(withLimit('health')),
  s3: new S3Client(withLimit('health')),
  sfn: new SFNClient(withLimit('health')),
});

/**
 * A look at each dependency, with a read that finds nothing and that the role may do for this one address alone.
 * @throws PipelineError Throttled, ServiceUnavailable; what else a service refuses
 */
export function toLooks(places: Places, { chime, dynamodb, s3, sfn } = toClients(places)): Looks {
  return {
    async database(signal) {
      const url = `${places.supabaseUrl}/rest/v1/rpc/alive`;
      const headers = { apikey: places.supabaseKey, 'content-type': 'application/json' };
      const { status } = await fetch(url, { method: 'POST', headers, body: '{}', signal });
      if (status === 429) throw new PipelineError('Throttled', 'Supabase answered 429');
      if (status !== 200) throw new PipelineError('ServiceUnavailable', `Supabase answered ${status}`);
    },
    meetings: (abortSignal) =>
      unless('NotFoundException', () =>
        chime.send(new GetMeetingCommand({ MeetingId: absent.meeting }), { abortSignal }),
      ),
    audit: (abortSignal) =>
      request('DynamoDB', () =>
        dynamodb.send(new GetItemCommand({ TableName: places.workflowTable, Key: marshall(absent.item) }), {
          abortSignal,
        }),
      ),
    recordings: (abortSignal) =>
      request('S3', () =>
        s3.send(new ListObjectsV2Command({ Bucket: places.recordingsBucket, Prefix: absent.prefix, MaxKeys: 1 }), {
          abortSignal,
        }),
      ),
    workflow: (abortSignal) => {
      const executionArn = `${places.stateMachineArn.replace(':stateMachine:', ':execution:')}:${absent.execution}`;
      const command = new DescribeExecutionCommand({ executionArn, includedData: 'METADATA_ONLY' });
      return unless('ExecutionDoesNotExist', () => sfn.send(command, { abortSignal }));
    },
  };
}

async function unless(name: string, send: () => Promise<unknown>): Promise<void> {
  try {
    await request('AWS', send);
  } catch (error) {
    if (!isNamed(error, name)) throw error;
  }
}
