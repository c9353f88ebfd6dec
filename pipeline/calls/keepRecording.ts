import type { RecordingPorts } from '../capturePorts.ts';
import type { Capture, RecordingFacts } from '../meetings/capture.ts';
import { after, isStray } from '../meetings/captureAfter.ts';
import { due } from '../meetings/captureDue.ts';
import type { Command, Happening } from '../meetings/recordingLife.ts';
import { isElsewhere, isHere } from '../meetings/residence.ts';
import { carryOut } from './carryOut.ts';

export interface Waking {
  /** Looks at what nobody has told of as well. */
  isSweep?: boolean;
  /** What Chime has told, as far as it is still news: others may have been told before. */
  told?: (facts: RecordingFacts) => Happening | undefined;
  /** Nothing is begun after that, in milliseconds since 1970. */
  until?: number;
}

/** So many things may be due one after the other: from the first one who agrees to the last chunk it is fewer. */
const most = 8;

/**
 * Brings the recording of a meeting to where it belongs, from wherever it is: everything that happens in a call, and every
 * sweep, only wakes this. One thing is done at a time, and kept over the version that was read, so that two functions at
 * once come to the same end.
 * @returns how things are in the end; null for a meeting that is none of ours
 * @throws Refusal: what was done until then is kept, and the rest is due when it is woken again
 */
export async function keepRecording(
  ports: RecordingPorts,
  meetingId: string,
  { isSweep = false, told, until = Infinity }: Waking = {},
): Promise<RecordingFacts | null> {
  const { calls, config, now } = ports;
  const { records, consentVersion, longestCaptureMs: longestMs } = config;
  let news = told;
  let facts = await calls.recordingFacts({ meetingId });
  for (let tries = 0; tries < most && facts !== null && !isElsewhere(facts, config); tries += 1) {
    if (now().getTime() > until) break;
    const heard: Happening | undefined = news?.(facts);
    const settings = { records, consentVersion, longestMs, isHere: isHere(facts.mediaRegion, config), isSweep };
    const command = heard ? undefined : due(facts, settings, now());
    if (!heard && !command) break;
    const happening: Happening | undefined = command ? await carryOut(ports, facts, command) : heard;
    const kept = happening ? await keep(ports, facts, happening, command) : await calls.recordingFacts({ meetingId });
    // Nothing came of it, and nothing would come of it now: whatever wakes it next asks again.
    if (kept === 'same' && command) break;
    if (kept === 'same') news = undefined;
    else facts = kept;
  }
  return facts;
}

/** @returns how things are now, whoever has brought them there; `same` where nothing was to be kept */
async function keep(
  ports: RecordingPorts,
  facts: RecordingFacts,
  happening: Happening,
  command: Command | undefined,
): Promise<RecordingFacts | 'same'> {
  const { calls, now } = ports;
  const { meetingId, version, touched } = facts;
  const capture = after(facts.capture, happening, now());
  if (capture === null || capture === facts.capture) return 'same';
  const { outcome, facts: next } = await calls.keepCapture({
    meetingId,
    version,
    ...(command?.do === 'reserve' && { touched }),
    capture,
    at: now().toISOString(),
  });
  if (outcome === 'kept') measureWhat(ports, facts, capture, command);
  else await stopIfLost(ports, next, happening);
  return next;
}

/**
 * A capture that nobody will look after is stopped at once. One of which the database could not be told at all is left:
 * whoever asks again is given the same one by its token, which a stopped one would spoil.
 */
async function stopIfLost({ pipelines }: RecordingPorts, facts: RecordingFacts, happening: Happening): Promise<void> {
  const isBegun = happening.what === 'started' || happening.what === 'found';
  if (isBegun && isStray(facts, happening.captureId)) await pipelines.stop(happening.captureId);
}

function measureWhat(
  { measure }: RecordingPorts,
  { sessionId, capture: before }: RecordingFacts,
  { state, reason }: Capture,
  command: Command | undefined,
): void {
  const isLost = state === 'missing' || state === 'refused';
  if (isLost && before?.state !== state) measure(sessionId, 'RecordingsLost', 1, reason ?? '');
  if (command?.do === 'join' && command.drops !== null && state === 'joining') measure(sessionId, 'JoiningsStuck', 1);
}
