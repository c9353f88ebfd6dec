/** Of the functions of the database, those that leave nothing for the schedules to do: the workflow's, and what these begin with. */
const own = new RegExp(
  `/rpc/(?:${[
    'record_(?:status|results|failure)',
    'audit_',
    'trim_',
    '\\w+_of_meeting',
    'calls_to_sweep',
    'meeting_seen',
    'messages_to_deliver',
    'attachments_to_inspect',
    'recording_facts',
    'known_pipelines',
  ].join('|')})`,
);

/** Whether a request to PostgREST may leave something for the schedules to do. */
export const leavesWork = (path: string): boolean => path.includes('/rpc/') && !own.test(path);
