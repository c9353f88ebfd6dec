import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './sources.ts';

/** A command of a document as it is pasted into a terminal, with the heading that it is under. */
export interface Command {
  section: string;
  text: string;
}

/**
 * The commands of a document's code blocks (lines that are indented by four blanks or more, not between fences). A command goes on as long as
 * its lines are indented further, end with a backslash, or close what it has opened.
 */
export function commandsOf(file: string): Command[] {
  const commands: Command[] = [];
  let section = '';
  let indent: number | undefined;
  let isFenced = false;
  for (const line of readFileSync(join(root, file), 'utf8').split('\n')) {
    if (line.startsWith('```')) isFenced = !isFenced;
    if (isFenced) continue;
    const [, heading] = /^#+ (.+)/.exec(line) ?? [];
    if (heading !== undefined) section = heading;
    const depth = /^ {4,}(?=\S)/.exec(line)?.[0].length;
    if (depth === undefined) {
      if (line !== '') indent = undefined;
      continue;
    }
    const last = commands.at(-1);
    const text = line.slice(Math.min((indent ??= depth), depth));
    const goesOn = /^(?: |[})]|done\b)/.test(text) || last?.text.endsWith('\\') === true;
    if (goesOn && last) last.text += `\n${text}`;
    else commands.push({ section, text });
  }
  return commands.filter(({ text }) => !text.startsWith('#'));
}

/** Where a command is run, or why it is not. */
export type Run = { on: 'the embedded stack' } | { by: string } | { not: string };

const stack: Run = { on: 'the embedded stack' };
const account = (what: string): Run => ({ not: `${what} exist in an AWS account only` });

/** The first pattern that fits a command says what becomes of it. */
export const runs: readonly (readonly [RegExp, Run])[] = [
  // RUNBOOK.md and DEPLOY.md: who and where.
  [/^export STACK=/, account('stacks that failed')],
  [/^export SMOKE_/, { not: 'it names test users of a deployment; on the stack the command makes them' }],
  [/^npm run ready .* --smoke/, { by: 'test/local/commands/readySmoke.test.ts' }],
  [/^export STAGE=prod/, { not: 'it names a deployment; the stack has a file of its own for that' }],
  [/^export /, stack],
  [/^(?:ask|url|arn|deliver)\(\) \{/, stack],
  [/^echo "stage /, stack],
  [/^source out\/stack\.env$/, stack],
  [/^ask \d+ '/, stack],
  [/^deliver /, stack],
  [/^npm run (?:reprocess|stuck|redrive)\b/, stack],
  [/^npm run ready\b/, stack],
  [/^input=\$\(aws stepfunctions describe-execution /, stack],
  // What the stand-ins answer.
  [/^aws stepfunctions /, stack],
  [/^aws lambda invoke /, stack],
  [/^aws sqs get-queue-attributes .* Policy /, account('policies of queues')],
  [
    /^aws sqs receive-message .* --message-attribute-names /,
    account('reasons that EventBridge writes beside an event'),
  ],
  [/^aws sqs /, stack],
  [/^aws s3 (?:ls|cp (?:README\.md|consultation\.mp4)) /, stack],
  [/^aws s3api (?:list-objects-v2|head-object) /, stack],
  [/^aws dynamodb (?:query|describe-table) /, stack],
  [/^aws transcribe get-/, stack],
  [/^aws cloudwatch (?:set-alarm-state|describe-alarms) /, stack],
  [/^aws secretsmanager describe-secret /, stack],
  [/^aws lambda get-(?:account-settings|function-configuration)/, stack],
  [/^aws s3api get-bucket-(?:lifecycle-configuration|policy) /, stack],
  [/^psql /, stack],
  [/npm run audit -- verify/, stack],
  [/^npm run reconcile$/, { by: 'test/local/commands/reconcile.test.ts' }],
  // What other tests run.
  [/^npm start -- --keep/, { by: 'test/local/commands/start.test.ts' }],
  [/^npm run replay -- .* --attach/, { by: 'test/local/commands/start.test.ts' }],
  [/^npm run package /, { by: 'test/local/stack/packaged.test.ts' }],
  [/^npm run cdn -- --stage \S+$/, { by: 'test/infra/cdn/file.test.ts' }],
  [/^npm run cdn .* --deploy/, account('deployments')],
  [/^curl -sI /, account('distributions')],
  [/^curl -s \$\(aws cloudformation /, account('outputs of stacks')],
  [/^npm run icd10cm /, { by: 'test/local/commands/icd10cm.test.ts' }],
  // What is not run: no stand-in has it, and the steps do not call it.
  [/^(?:params:|[\w-]+: )/, { not: 'it is a part of serverless.yml' }],
  [/^curl .*\$(?:API_URL|SUPABASE_URL)\//, stack],
  [/^curl -X PUT [^]*'<upload\.url>'$/, stack],
  [/^SUPABASE_URL=\S+ SUPABASE_ANON_KEY=.* npm run deploy /, account('deployments')],
  [/^aws (?:cloudwatch (?:get-|describe-alarm-history)|sns|cloudtrail)/, account('metrics, mails and trails')],
  [/^npx supabase@/, { not: 'projects of Supabase exist there only' }],
  [/^aws iam create-service-linked-role /, { by: 'test/local/commands/ready.test.ts' }],
  [/^aws iam /, account('users and their keys')],
  [/^aws organizations /, account('organizations')],
  [/^aws chime-sdk-media-pipelines /, account('meetings')],
  [/^aws chime-sdk-identity /, account('app instances of the chat')],
  [/^aws account /, account('regions that are switched on')],
  [/^(?:printf "file|aws s3 (?:rm|cp) \S*(?:captures|joined))/, { not: 'chunks are joined or thrown away by hand' }],
  [/^aws cloudformation /, account('stacks that failed')],
  [/^aws events /, account('rules that can be looked at')],
  [/^aws lambda /, account('event sources that are looked at, and functions that are changed')],
  [/^aws transcribe list-/, account('queues of jobs')],
  [/^aws s3api (?:list-object-versions|copy-object) /, account('versions and copies of objects')],
  [/^aws s3 cp icd10cm/, account('code tables that are put in place by hand')],
  [/^aws secretsmanager /, account('secrets that are set by hand')],
  [
    /^for (?:table|bucket|secret|step) in /,
    account('tables, buckets, secrets and functions that are taken away or restarted'),
  ],
];

export const runOf = ({ text }: Command): Run | undefined => runs.find(([pattern]) => pattern.test(text))?.[1];
