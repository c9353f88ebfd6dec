import type { RecordingPorts } from '../capturePorts.ts';
import type { RecordingFacts } from '../meetings/capture.ts';
import { overReason } from '../meetings/captureAfter.ts';
import type { Command, Happening } from '../meetings/recordingLife.ts';
import { settleAll } from './settleAll.ts';
import { silenceCaptions } from './silenceCaptions.ts';

/** What became of each outcome of a request for a capture. */
const refusedAs = { full: 'QuotaFull', gone: 'MeetingGone', refused: 'BucketRefused' } as const;

/**
 * Does what is due about a recording, at Chime and in the bucket. Each command may be carried out again with the same
 * effect, by two functions at once too.
 * @returns what the capture is to know of it; undefined when there is nothing to keep
 * @throws Refusal ChimeUnavailable, ServiceUnavailable: nothing is kept, and it is due again
 */
export async function carryOut(
  ports: RecordingPorts,
  facts: RecordingFacts,
  command: Command,
): Promise<Happening | undefined> {
  const { pipelines, chunks } = ports;
  const { sessionId, meetingId, meetingArn, isSpoilt, capture } = facts;
  switch (command.do) {
    case 'reserve':
      return { what: 'reserved' };
    case 'refuse':
      return { what: 'refused', reason: command.reason };
    case 'settle':
      await settleAll(ports, facts);
      return { what: 'settled' };
    case 'start': {
      if (meetingArn === null) return { what: 'refused', reason: 'MeetingGone' };
      const answer = await pipelines.start({ token: command.token, meetingId, meetingArn });
      if (answer.outcome !== 'started') return { what: 'refused', reason: refusedAs[answer.outcome] };
      return { what: 'started', captureId: answer.captureId, captureArn: answer.captureArn };
    }
    case 'find': {
      const found = meetingArn === null ? undefined : await pipelines.find(meetingArn);
      return found ? { what: 'found', ...found } : { what: 'notFound' };
    }
    case 'stop':
      await pipelines.stop(command.captureId);
      return { what: 'stopAsked', reason: command.reason };
    case 'look': {
      const found = await pipelines.look(command.captureId);
      if (found?.state === 'runs') return { what: 'ran' };
      // When it ended nobody knows, unless it was asked to.
      return { what: 'over', reason: found?.state === 'failed' ? 'Failed' : overReason(facts), at: null };
    }
    case 'count': {
      const counted = await chunks.count(meetingId);
      return counted ? { what: 'counted', ...counted } : { what: 'noChunks' };
    }
    case 'join': {
      if (command.drops !== null) await pipelines.drop(command.drops);
      const answer = await pipelines.join({ token: command.token, meetingId, captureArn: command.captureArn });
      if (answer.outcome === 'joining') return { what: 'joining', concatenationId: answer.concatenationId };
      return { what: 'busy' };
    }
    case 'giveUp':
      if (command.drops !== null) await pipelines.drop(command.drops);
      return { what: 'gaveUp' };
    case 'lookJoin': {
      // One that is over, or forgotten, has written its file, and whoever receives that says so.
      const found = await pipelines.look(command.concatenationId);
      return { what: found?.state === 'failed' ? 'joinFailed' : 'ran' };
    }
    case 'discard': {
      const concatenationIds = capture?.concatenationIds ?? [];
      // One that joins would write its file after the others were removed.
      for (const id of concatenationIds) await pipelines.drop(id);
      await chunks.remove(meetingId, concatenationIds);
      return { what: 'discarded' };
    }
    case 'stopCaptions':
      await silenceCaptions(ports, { sessionId, meetingId, by: null, reason: isSpoilt ? 'Withdrawn' : 'Ended' });
      return undefined;
  }
}
