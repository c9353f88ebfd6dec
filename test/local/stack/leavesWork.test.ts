import { expect, test } from 'vitest';
import { leavesWork } from '../../../local/stack/leavesWork.ts';
import { readMigrations } from '../../../local/stack/migrations.ts';

const migrations = await readMigrations();

test.each([
  ['record_consent', true],
  ['record_joined', true],
  ['keep_capture', true],
  ['accept_message', true],
  ['meeting_ended', true],
  ['record_status', false],
  ['record_results', false],
  ['record_failure', false],
  ['audit_waiting', false],
  ['audit_carried', false],
  ['trim_access_log', false],
  ['session_of_meeting', false],
  ['participants_of_meeting', false],
  ['calls_to_sweep', false],
  ['meeting_seen', false],
  ['messages_to_deliver', false],
  ['attach_file', true],
  ['attachments_to_inspect', false],
  ['recording_facts', false],
  ['known_pipelines', false],
])('%s leaves work to the schedules: %s', (name, leaves) => {
  expect(migrations).toContain(`function public.${name}(`);
  expect(leavesWork(`/rest/v1/rpc/${name}`)).toBe(leaves);
});

test('a request to a table leaves none', () => expect(leavesWork('/rest/v1/recordings?select=*')).toBe(false));
