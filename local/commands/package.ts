import { join } from 'node:path';
import type { Order } from '../../infra/package.ts';
import { CommandError, readOptions, runCommand } from '../commandLine.ts';

const usage =
  'npm run package -- --stage STAGE --region REGION [--transfer-to REGION|none] [--control-for REGION] [--param NAME=VALUE] [--out DIR]';
const about = {
  does: 'Writes the checked CloudFormation template of a stage and a region, offline.',
};
const root = join(import.meta.dirname, '../..');

/** The options that describe the stack to make. */
export const orderOptions = {
  stage: { type: 'string', default: 'dev', value: 'STAGE', help: 'the part of each name that tells stacks apart' },
  region: { type: 'string', default: 'eu-west-1', value: 'REGION', help: 'where the stack will be' },
  'transfer-to': {
    type: 'string',
    value: 'REGION',
    help: 'where recordings are processed, if not where they are made; none: nowhere else',
  },
  'control-for': {
    type: 'string',
    value: 'REGION',
    help: 'the region of the workflow, for the stack of a region in which Chime controls its meetings or captures',
  },
  param: { type: 'string', multiple: true, value: 'NAME=VALUE', help: 'a parameter of serverless.yml, each its own' },
} as const;

interface OrderValues extends Pick<Order, 'stage' | 'region'> {
  'transfer-to'?: string;
  'control-for'?: string;
  param?: string[];
}

export function toOrder({ stage, region, param: parameters, ...values }: OrderValues): Order {
  return { stage, region, transferTo: values['transfer-to'], controlFor: values['control-for'], parameters };
}

/** Turns a refusal by `infra/` into an error that the terminal shows in one line. */
export async function asCommand<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error) || !['OrderInvalid', 'TemplateInvalid'].includes(error.name)) throw error;
    throw new CommandError(error.message, error.name === 'OrderInvalid' ? 2 : 1);
  }
}

const outOption = {
  type: 'string',
  value: 'DIR',
  help: 'where the template goes; .serverless/STAGE-REGION unless given',
} as const;

async function main(args: readonly string[]): Promise<number> {
  const { out: wanted, ...values } = readOptions(args, { ...orderOptions, out: outOption }, usage, about);
  const out = wanted ?? join(root, '.serverless', `${values.stage}-${values.region}`);
  // Loaded once the arguments are right: it needs the development dependencies.
  const { packageStack, templateFile } = await import('../../infra/package.ts');
  // Standard output is the path alone, so that another program can read it.
  const { stage, region } = values;
  const begin = () => say(`bundling the functions and checking the template of ${stage} in ${region}, offline`);
  await asCommand(packageStack(toOrder(values), out, begin));
  process.stdout.write(`${join(out, templateFile)}\n`);
  say('this is what npm run deploy sends to AWS; DEPLOY.md continues with its parameters (3. The stack)');
  return 0;
}

function say(line: string): void {
  process.stderr.write(`package: ${line}\n`);
}

if (import.meta.main) await runCommand('package', () => main(process.argv.slice(2)));
