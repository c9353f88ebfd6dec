import { type ExecutionListItem, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { WorkflowInput } from '../../pipeline/workflow.ts';
import type { Deployment } from '../replay/deployment.ts';
import { describe, historyOf, toVisits } from '../replay/execution.ts';
import type { Run, RunState } from './run.ts';

/** What a recording's row says of its run: nothing of a patient. */
export interface RunRow {
  recording_id: string;
  status: string;
  key: string;
  created_at: string;
  updated_at: string;
  duration_ms: number | null;
  error_name: string | null;
  error_message: string | null;
}

const columns = 'recording_id, status, key, created_at, updated_at, duration_ms, error_name, error_message';
const most = 100;

/** What the newest executions do, and the recordings that they are of, the newest first. */
export async function readRuns(deployment: Deployment): Promise<Run[]> {
  const [executions, rows] = await Promise.all([newest(deployment), newestRows(deployment)]);
  const names = [...new Set([...executions.map(({ name = '' }) => name), ...rows.map((row) => row.recording_id)])];
  const runs = await Promise.all(
    names.map(async (name) => {
      const execution = executions.find((one) => one.name === name);
      const row = rows.find((one) => one.recording_id === name);
      const step = execution?.status === 'RUNNING' ? await stepOf(deployment, name) : null;
      return toRun(name, execution, row, { step, key: row?.key ?? (await keyOf(deployment, name)) });
    }),
  );
  return runs.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1)).slice(0, most);
}

/** How a recording stands, by its execution and its row, either of which may not be there yet or any more. */
export function toRun(
  recordingId: string,
  execution: Pick<ExecutionListItem, 'status' | 'startDate' | 'stopDate'> | undefined,
  row: RunRow | undefined,
  { step, key }: { step: string | null; key: string },
): Run {
  const state = toState(execution?.status, row?.status);
  const startedAt = execution?.startDate?.toISOString() ?? toIso(row?.created_at) ?? '';
  const isOver = execution ? execution.status !== 'RUNNING' : row !== undefined;
  const endedAt = isOver ? (execution?.stopDate?.toISOString() ?? toIso(row?.updated_at)) : null;
  const durationMs = row?.duration_ms ?? null;
  return { recordingId, key, state, step, startedAt, endedAt, durationMs, why: toWhy(state, execution?.status, row) };
}

/** Each status of a row, and what it is called here. */
const states: Readonly<Record<string, RunState>> = {
  received: 'arrived',
  transcribing: 'transcribing',
  extracting: 'extracting',
  completed: 'done',
  partial: 'partial',
  not_coded: 'notCoded',
  skipped: 'skipped',
  failed: 'failed',
};
const isFinal = (state: RunState) => !['arrived', 'transcribing', 'extracting'].includes(state);

/** An execution may end badly before its row says so. */
function toState(execution: string | undefined, status: string | undefined): RunState {
  const state = states[status ?? 'received'] ?? 'arrived';
  const endedBadly = execution !== undefined && !['RUNNING', 'SUCCEEDED'].includes(execution);
  return endedBadly && !isFinal(state) ? 'failed' : state;
}

function toWhy(state: RunState, execution: string | undefined, row: RunRow | undefined): string | null {
  if (row?.error_name) return `${row.error_name}: ${row.error_message ?? ''}`;
  return state === 'failed' ? `its execution is ${execution ?? 'gone'}` : null;
}

const toIso = (text: string | undefined) => (text === undefined ? null : new Date(text).toISOString());

async function newest({ clients, target }: Deployment): Promise<ExecutionListItem[]> {
  const { stateMachineArn } = target;
  const { executions = [] } = await clients.sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: most }));
  return executions;
}

async function newestRows({ supabase }: Deployment): Promise<RunRow[]> {
  const newestFirst = { ascending: false };
  const { data, error } = await supabase
    .from('recordings')
    .select(columns)
    .order('created_at', newestFirst)
    .limit(most)
    .returns<RunRow[]>();
  if (error) throw new Error(`recordings: ${error.message}`);
  return data;
}

/** The state in which an execution is. */
async function stepOf(deployment: Deployment, name: string): Promise<string | null> {
  const visits = toVisits(await historyOf(deployment, name, false));
  return visits.findLast(({ ms, attempts }) => ms === undefined && attempts > 0)?.name ?? null;
}

async function keyOf(deployment: Deployment, name: string): Promise<string> {
  const { input = '{}' } = (await describe(deployment, name)) ?? {};
  return (JSON.parse(input) as Partial<WorkflowInput>).recording?.key ?? '';
}
