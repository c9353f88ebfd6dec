import type { Deployment } from '../replay/deployment.ts';
import { unreadable } from '../replay/unreadable.ts';

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * The meetings whose chains an id leads to: those of a session, in their order, or the one meeting that it names. Both are
 * uuids, so the health record decides; what it does not know is taken for a meeting.
 */
export async function meetingsOf({ supabase }: Deployment, id: string): Promise<string[]> {
  if (!uuid.test(id)) return [id];
  const listed = await supabase.from('call_meetings').select('meeting_id').eq('session_id', id).order('attempt');
  if (listed.error) throw unreadable('call_meetings', listed.error);
  // A session from before there was a list of meetings names its only one itself.
  const own = await supabase
    .from('video_call_sessions')
    .select('meeting_id')
    .eq('id', id)
    .not('meeting_id', 'is', null);
  if (own.error) throw unreadable('video_call_sessions', own.error);
  const found = [...listed.data, ...own.data].map(({ meeting_id }) => String(meeting_id));
  return found.length === 0 ? [id] : [...new Set(found)];
}
