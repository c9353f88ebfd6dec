import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeClient, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  DescribeExecutionCommand,
  StartExecutionCommand,
  type HistoryEvent,
  paginateGetExecutionHistory,
  paginateListExecutions,
} from '@aws-sdk/client-sfn';
import { expect } from 'vitest';
import { type AuditEntry, type ChainReport, verifyChain } from '../../pipeline/audit.ts';
import { readAuditEntries, readChainHead } from '../../pipeline/edge/auditTrail.ts';
import { isNamed } from '../../pipeline/edge/failure.ts';
import type { Entities } from '../../pipeline/clinical/entities.ts';
import { firstRunOf, keys, toRunId } from '../../pipeline/recording/recording.ts';
import type { WorkflowInput } from '../../pipeline/workflow.ts';
import type { Case } from '../../local/cases/caseFolder.ts';
import type { RecordedCall } from '../../local/services/faults.ts';
import { connect, type Deployment } from '../../local/replay/deployment.ts';
import { awaitExecution, describe, type Execution, executionArn } from '../../local/replay/execution.ts';
import { type Run, runCase } from '../../local/replay/runCase.ts';
import { seedSession, uuidOf } from '../../local/replay/session.ts';
import { type Uploaded, uploadRecording } from '../../local/replay/upload.ts';
import { type Stack, type StackOptions, startStack } from '../../local/stack/stack.ts';
import { Wire } from '../local/services/supabase/wire.ts';

export type Row = Record<string, unknown>;

/** How long one run under way waits between two looks at its execution: more at once look as often together. */
const pollMs = 20;

/** A table has no order of its own: equal rows come in the same order only when they are asked for in one. */
const orders: Readonly<Record<string, readonly string[]>> = {
  recordings: ['created_at', 'recording_id'],
  transcript_turns: ['index'],
  clinical_entities: ['begin_offset', 'entity_id'],
  clinical_codes: ['entity_id', 'system', 'rank'],
};

let shared: Promise<TestStack> | undefined;

/** The whole product on the embedded stack, seen through the services' own clients. */
export class TestStack {
  readonly stack: Stack;
  readonly deployment: Deployment;
  /** Every line that a step has logged. */
  readonly log: string[];
  readonly #out: string;
  /** Which test file has which case, on a stack that several share. */
  #fileOf: Map<string, string> | undefined;
  #underWay = 0;

  private constructor(stack: Stack, log: string[], out: string) {
    this.stack = stack;
    this.deployment = connect(stack.env);
    this.log = log;
    this.#out = out;
  }

  static async start(options: StackOptions = {}): Promise<TestStack> {
    const log: string[] = [];
    const stack = await startStack({ onLog: (line) => log.push(line), ...options });
    return new TestStack(stack, log, await mkdtemp(join(tmpdir(), 'workflow-')));
  }

  /**
   * The stack of this worker, for tests that need no other: the first of them starts it, and it ends with the worker.
   * What the tests of other files leave there is not looked at: meetings are known by the names of their cases, and calls
   * are counted from a point on.
   */
  static shared(): Promise<TestStack> {
    shared ??= TestStack.start().then((stack) => {
      stack.#fileOf = new Map();
      return stack;
    });
    return shared;
  }

  async stop(): Promise<void> {
    this.deployment[Symbol.dispose]();
    await this.stack.stop();
    await rm(this.#out, { recursive: true });
  }

  /** Everything from the upload to the end of the execution. */
  async run(given: Case): Promise<Run> {
    this.#claim(given.name);
    const underWay = () => this.#underWay;
    this.#underWay += 1;
    try {
      return await runCase(this.deployment, given, {
        out: this.#out,
        get pollMs() {
          return pollMs * underWay();
        },
      });
    } finally {
      this.#underWay -= 1;
    }
  }

  /** The upload alone, for a test that does the rest by hand. */
  async upload(given: Case): Promise<Uploaded> {
    this.#claim(given.name);
    const session = await seedSession(this.deployment.supabase, given);
    const [uploaded] = await uploadRecording(this.deployment, given, session);
    if (!uploaded) throw new Error(`${given.name} has no recording`);
    return uploaded;
  }

  /** Waits for the end of an execution that something else has started. */
  async ended(recordingId: string): Promise<Execution> {
    const execution = await awaitExecution(this.deployment, recordingId, { pollMs });
    if (!execution) throw new Error(`no execution of ${recordingId}`);
    return execution;
  }

  /** Runs a recording's workflow once more, under an execution name of its own, and waits for its end. */
  async repeat(recordingId: string): Promise<Execution> {
    const { sfn } = this.deployment.clients;
    const first = await sfn.send(
      new DescribeExecutionCommand({ executionArn: executionArn(this.deployment, recordingId) }),
    );
    const name = `${recordingId}-again`;
    const { stateMachineArn } = this.deployment.target;
    await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: first.input }));
    return this.ended(name);
  }

  /** Starts a deliberate re-run of a recording, as an operator does, and waits for its end. */
  async rerun(recordingId: string, number: number, more: Partial<WorkflowInput> = {}): Promise<Execution> {
    const { clients, target } = this.deployment;
    const { recording } = await this.inputOf(firstRunOf(recordingId));
    const input: WorkflowInput = { recordingId: toRunId(recordingId, number), recording, ...more };
    await clients.sfn.send(
      new StartExecutionCommand({
        stateMachineArn: target.stateMachineArn,
        name: input.recordingId,
        input: JSON.stringify(input),
      }),
    );
    return this.ended(input.recordingId);
  }

  /** An execution's input. */
  async inputOf(recordingId: string): Promise<WorkflowInput> {
    const described = await describe(this.deployment, recordingId);
    return JSON.parse(described?.input ?? '{}') as WorkflowInput;
  }

  /** Switches an EventBridge rule, by its name in `infra/`: switched off, its events are lost. */
  async switchRule(name: string, State: 'ENABLED' | 'DISABLED'): Promise<void> {
    const { rules } = this.stack.deployment;
    const EventPattern = JSON.stringify(rules.find((rule) => rule.name === name)?.pattern);
    const events = new EventBridgeClient(this.clientConfig());
    await events.send(new PutRuleCommand({ Name: name, EventPattern, State }));
    events.destroy();
  }

  /** For SDK clients of services that a deployment's other clients do not need. */
  clientConfig() {
    const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '' } = this.stack.env;
    return { endpoint, region, credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' } };
  }

  async rows(table: string, column: string, value: string): Promise<Row[]> {
    const query = this.deployment.supabase.from(table).select('*').eq(column, value);
    const { data, error } = await (orders[table] ?? []).reduce((ordered, by) => ordered.order(by), query);
    if (error) throw new Error(`${table}: ${error.message}`);
    return data as Row[];
  }

  /** What a statement selects, straight from the database: a row a list. */
  async sql(statement: string): Promise<(string | null)[][]> {
    const { wire, greeting } = await Wire.open(this.stack.env['SUPABASE_DB_URL'] ?? '');
    try {
      // A second client at the same time is refused.
      const { rows, error } = greeting.error ? greeting : await wire.query(statement);
      if (error) throw new Error(`${error.code}: ${error.message}`);
      return rows;
    } finally {
      await wire.close();
    }
  }

  /** What a session's recordings said: the text that its row would have where the deployment shows it there. */
  async said(sessionId: string): Promise<string> {
    const [row] = await this.sql(`select transcript from pipeline.said_in('${sessionId}')`);
    return row?.[0] ?? '';
  }

  /** The recording's row. */
  async recording(recordingId: string): Promise<Row | undefined> {
    return (await this.rows('recordings', 'recording_id', recordingId))[0];
  }

  /** The rows of a recording's results. */
  async results(recordingId: string) {
    const of = (table: string) => this.rows(table, 'recording_id', recordingId);
    return {
      turns: await of('transcript_turns'),
      entities: await of('clinical_entities'),
      codes: await of('clinical_codes'),
    };
  }

  /** What `entities.json` says, when there is one. */
  async entities(recordingId: string): Promise<Entities | undefined> {
    const { clients, target } = this.deployment;
    const address = { Bucket: target.medicalDataBucket, Key: keys.entities(recordingId) };
    try {
      const { Body } = await clients.s3.send(new GetObjectCommand(address));
      return JSON.parse((await Body?.transformToString()) ?? '') as Entities;
    } catch (error) {
      if (isNamed(error, 'NoSuchKey')) return undefined;
      throw error;
    }
  }

  async audit(meetingId: string): Promise<AuditEntry[]> {
    const { target, clients } = this.deployment;
    const entries = await readAuditEntries(target, meetingId, clients.dynamodb);
    return entries.sort((a, b) => a.sequence - b.sequence);
  }

  async chain(meetingId: string): Promise<ChainReport> {
    const { target, clients } = this.deployment;
    const head = await readChainHead(target, meetingId, clients.dynamodb);
    return verifyChain(await this.audit(meetingId), head, new Date(this.stack.clock.now()));
  }

  /** How an execution stands; undefined when there is none. */
  async status(recordingId: string): Promise<string | undefined> {
    return (await describe(this.deployment, recordingId))?.status;
  }

  /** The key of the recording that a meeting's session waits for. */
  async keyOf(name: string): Promise<string> {
    const Prefix = `recordings/${uuidOf(name, 'meeting')}/`;
    const { recordingsBucket: Bucket } = this.deployment.target;
    const { Contents = [] } = await this.deployment.clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix }));
    return Contents[0]?.Key ?? '';
  }

  /** The names of all executions there are. */
  async executions(): Promise<string[]> {
    const { target, clients } = this.deployment;
    const names: string[] = [];
    const pages = paginateListExecutions({ client: clients.sfn }, { stateMachineArn: target.stateMachineArn });
    for await (const { executions = [] } of pages) names.push(...executions.map(({ name = '' }) => name));
    return names;
  }

  /** An execution's history with every state's input and output in it. */
  async history(recordingId: string): Promise<HistoryEvent[]> {
    const events: HistoryEvent[] = [];
    const pages = paginateGetExecutionHistory(
      { client: this.deployment.clients.sfn },
      { executionArn: executionArn(this.deployment, recordingId), includeExecutionData: true, maxResults: 1000 },
    );
    for await (const page of pages) events.push(...(page.events ?? []));
    return events;
  }

  /** A name is a meeting: two files that share a stack must not meet in one. */
  #claim(name: string): void {
    if (!this.#fileOf) return;
    const file = expect.getState().testPath ?? '';
    const owner = this.#fileOf.get(name) ?? file;
    if (owner !== file) throw new Error(`the case ${name} is also one of ${owner}, which shares this stack`);
    this.#fileOf.set(name, file);
  }

  /** Counts the calls from here on: the function it returns says how often an operation was called since. */
  countCalls(): (operation: string | RegExp) => number {
    const { calls } = this.stack.faults;
    const last: RecordedCall | undefined = calls.at(-1);
    return (operation) => {
      const since = last ? calls.slice(calls.lastIndexOf(last) + 1) : calls;
      return since.filter((call) =>
        typeof operation === 'string' ? call.operation === operation : operation.test(call.operation),
      ).length;
    };
  }
}
