/** A table of the contract: its columns by their types, as information_schema names those. */
type Columns = Readonly<Record<string, string>>;

/** The tables of the database that others read or that the contract names, from the contract. More columns may be there. */
export const tables: Readonly<Record<string, Columns>> = {
  'public.video_call_sessions': {
    uuid: 'id provider_id patient_id created_by ended_by',
    text: `appointment_id status external_meeting_id media_region join_token recording_url recording_pipeline_id transcript
      error_message`,
    'character varying': 'meeting_id attendee_id transcription_language',
    jsonb: 'meeting_data media_placement attendee_tokens transcript_segments',
    boolean: 'transcription_enabled recording_enabled is_recording',
    integer: 'total_participants max_participants_reached duration_seconds',
    'timestamp with time zone': `started_at ended_at recording_completed_at error_occurred_at created_at updated_at`,
  },
  'public.video_call_participants': {
    uuid: 'video_call_id user_id',
    text: 'role status',
    'character varying': 'attendee_id',
    integer: 'duration_seconds',
    'timestamp with time zone': 'joined_at left_at',
  },
  'public.appointments': { uuid: 'id provider_id patient_id', text: 'status', boolean: 'video_enabled' },
  'public.users': { uuid: 'id', text: 'firebase_uid' },
  'public.call_meetings': {
    text: 'meeting_id control_region media_region',
    uuid: 'session_id',
    integer: 'attempt',
    'timestamp with time zone': 'created_at ended_at',
  },
  'public.call_captures': {
    text: 'capture_id concatenation_id meeting_id state',
    integer: 'attempt expected_ms joined_ms',
    'timestamp with time zone': 'started_at ended_at',
  },
  'public.call_events': { text: 'event_id', 'timestamp with time zone': 'at' },
  'public.call_presence': {
    uuid: 'session_id user_id',
    text: 'attendee_id',
    'timestamp with time zone': 'joined_at left_at',
  },
  'public.call_quality': {
    uuid: 'session_id user_id',
    text: 'kind',
    jsonb: 'values',
    'timestamp with time zone': 'at',
  },
  'public.recording_consents': {
    uuid: 'session_id user_id',
    text: 'decision text_version text_sha256',
    'timestamp with time zone': 'at',
  },
  'public.video_call_overview': { uuid: 'session_id', text: 'status' },
  'public.chime_messaging_channels': {
    uuid: 'id provider_id patient_id appointment_id',
    text: 'channel_arn channel_name channel_mode privacy status',
    'timestamp with time zone': 'created_at updated_at last_message_at',
  },
  'public.chime_messages': {
    text: 'message_id chime_message_id client_token state message_type message',
    uuid: 'channel_id sender_id',
    jsonb: 'metadata',
    'timestamp with time zone': 'created_at edited_at redacted_at',
  },
  'public.chime_message_versions': { text: 'message_id message' },
  'public.chime_reads': { uuid: 'channel_id user_id', text: 'message_id', 'timestamp with time zone': 'at' },
  'public.chime_message_audit': {
    uuid: 'id channel_id user_id',
    text: 'channel_arn message_id user_role action_type user_agent',
    jsonb: 'metadata',
    inet: 'ip_address',
    'timestamp with time zone': 'created_at',
  },
  'public.recordings': {
    text: 'recording_id bucket key version_id status error_name error_message language engine transcript_key results_key',
    uuid: 'session_id released_by signed_by',
    integer: 'duration_ms revision signed_revision',
    jsonb: 'summary usage',
    'timestamp with time zone': `error_occurred_at started_at stored_at released_at signed_at created_at updated_at`,
  },
  'public.transcript_turns': { text: 'recording_id role text', integer: 'index', jsonb: 'words' },
  'public.clinical_entities': { text: 'recording_id entity_id' },
  'public.clinical_codes': {
    text: 'recording_id entity_id system code source review review_note',
    uuid: 'reviewed_by',
    'timestamp with time zone': 'reviewed_at',
  },
  'public.finding_reviews': { text: 'recording_id finding verdict status note' },
  'public.transcript_corrections': { text: 'recording_id speaker role was becomes' },
  'public.review_log': { text: 'recording_id action', uuid: 'token', integer: 'revision' },
  'public.access_log': { text: 'recording_id action', uuid: 'user_id' },
  'public.released_consultations': { text: 'recording_id', jsonb: 'document' },
  'pipeline.audit_outbox': {
    bigint: 'id',
    text: 'meeting_id appointment_id recording_id action',
    uuid: 'actor',
    jsonb: 'detail',
    'timestamp with time zone': 'at carried_at',
  },
  'pipeline.settings': { text: 'name value' },
};

/** What there is once: the columns of a key, and the rows that it is about where it is not about all. */
export const keys: readonly (readonly [table: string, columns: string, where?: string])[] = [
  ['video_call_sessions', 'appointment_id', "(status = 'active'::text)"],
  ['video_call_participants', 'video_call_id, user_id'],
  ['users', 'firebase_uid'],
  ['call_meetings', 'meeting_id'],
  ['call_events', 'event_id'],
  ['chime_messaging_channels', 'channel_arn'],
  ['chime_messaging_channels', 'provider_id, patient_id, appointment_id'],
  ['chime_messages', 'message_id'],
  ['chime_messages', 'chime_message_id'],
  ['chime_messages', 'channel_id, sender_id, client_token'],
  ['recordings', 'recording_id'],
];

/** What readers look sessions up by. */
export const indexes: typeof keys = [
  ['video_call_sessions', 'external_meeting_id'],
  ['video_call_sessions', 'transcription_enabled', 'transcription_enabled'],
];

/** The words that a column may hold. */
export const listed: readonly (readonly [table: string, column: string, words: string])[] = [
  ['video_call_sessions', 'status', 'scheduled active ended failed'],
  ['video_call_participants', 'role', 'provider patient other'],
  ['video_call_participants', 'status', 'invited joined left removed failed'],
  ['recording_consents', 'decision', 'given refused withdrawn'],
  ['call_quality', 'kind', 'quality failure survey'],
  ['chime_messaging_channels', 'status', 'active archived deleted'],
  ['chime_messages', 'state', 'accepted sent confirmed failed'],
  ['chime_messages', 'message_type', 'text system file'],
  // The contract has no word for whom the provider added.
  ['chime_message_audit', 'user_role', 'provider patient system member'],
  [
    'chime_message_audit',
    'action_type',
    `channel_created channel_archived channel_deleted message_sent message_read message_edited message_redacted
      message_deleted member_added member_removed`,
  ],
  ['recordings', 'status', 'received transcribing extracting completed partial not_coded skipped failed'],
  ['clinical_codes', 'source', 'pipeline clinician'],
  ['clinical_codes', 'review', 'suggested accepted rejected'],
  ['finding_reviews', 'verdict', 'right wrong'],
];

/** What a new row says where nobody said it. */
export const defaults: readonly (readonly [table: string, column: string, value: string])[] = [
  ['chime_messaging_channels', 'channel_mode', 'RESTRICTED'],
  ['chime_messaging_channels', 'privacy', 'PRIVATE'],
  ['chime_messages', 'message_type', 'text'],
];

/** Functions that the contract names, with what they are given, and what they give where it says so. */
export const routines: readonly (readonly [name: string, given: string, gives?: string])[] = [
  ['pipeline.parties', 'appointment text', 'TABLE(provider uuid, patient uuid)'],
  ['pipeline.take', 'caller text, what text, n integer'],
  ['public.record_status', 'p jsonb'],
  ['public.record_results', 'p jsonb'],
  ['public.record_failure', 'p jsonb'],
  ['public.open_session', 'p jsonb'],
  ['public.record_presence', 'p jsonb'],
  ['public.close_session', 'p jsonb'],
];
