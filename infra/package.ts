import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBundles } from './build.ts';
import { checkAlarmEmail, checkParameters, checkSupabaseUrl } from './parameters.ts';
import { type Stack, stackFor } from './regions.ts';
import { refusal } from './refusal.ts';
import { checkRules } from './rules.ts';
import { checkSpecification } from './specification.ts';
import { readTemplate, type Template } from './template.ts';

const root = join(import.meta.dirname, '..');
export const templateFile = 'cloudformation-template-update-stack.json';

/** What to make a stack of. */
export interface Order {
  stage: string;
  region: string;
  transferTo?: string | undefined;
  /** `name=value` for the parameters of serverless.yml. */
  parameters?: readonly string[] | undefined;
}

/**
 * Leaves the CloudFormation template of one stage and region in `out`, offline.
 * @throws OrderInvalid for a region that cannot have a stack; TemplateInvalid with osls's reason when it refuses, and for a
 * template with faults: then nothing is left
 */
export async function packageStack(order: Order, out: string): Promise<void> {
  await withCopy(order, async (copy) => {
    await rm(out, { recursive: true, force: true });
    await mkdir(join(out, '..'), { recursive: true });
    await move(join(copy, '.serverless'), out);
  });
}

/**
 * Deploys the stack of an order and answers what osls says of it.
 * @throws as {@link packageStack}, and OrderInvalid for what would leave a stack that nobody hears or that cannot store
 */
export async function deployStack(order: Order): Promise<string> {
  const stack = stackFor(order.region, order.transferTo);
  if (stack.kind === 'workflow') checkSupabaseUrl(process.env['SUPABASE_URL']);
  checkAlarmEmail(order.stage, order.parameters ?? [], serviceFileOf(stack));
  let said = '';
  await withCopy(order, async (_, osls) => {
    said = osls('deploy');
  });
  return said;
}

/** osls empties its own folder at every start, so it works on a copy of what it reads. */
async function withCopy(order: Order, use: (copy: string, osls: (command: string) => string) => Promise<void>) {
  const { stage, region, transferTo, parameters = [] } = order;
  const stack = stackFor(region, transferTo);
  if (!/^[a-z][a-z0-9]{0,15}$/.test(stage)) throw refusal('OrderInvalid', `--stage ${stage} is no name for a stage`);
  const isSource = stack.kind === 'source';
  const serviceFile = serviceFileOf(stack);
  checkParameters(parameters, serviceFile, stage);
  const copy = await mkdtemp(join(tmpdir(), 'medzen-package-'));
  try {
    for (const part of ['infra', 'state-machines']) {
      await cp(join(root, part), join(copy, part), {
        recursive: true,
        filter: (path) => !path.includes('node_modules'),
      });
    }
    await cp(serviceFile, join(copy, 'serverless.yml'));
    if (!isSource) await writeBundles(join(copy, '.build'));
    const args = ['--stage', stage, '--region', region, ...parameters.map((parameter) => `--param=${parameter}`)];
    const osls = (command: string) =>
      run(copy, [command, ...args], isSource ? { PROCESSING_REGION: stack.processingRegion } : {});
    osls('package');
    refuseFaults(readTemplate(join(copy, '.serverless', templateFile)));
    await use(copy, osls);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function serviceFileOf({ kind }: Stack): string {
  return join(root, kind === 'source' ? 'infra/source/serverless.yml' : 'serverless.yml');
}

/** Another file system refuses the rename. */
async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch(() => cp(from, to, { recursive: true }));
}

/** A template that AWS would refuse, or that would break a promise of this product, is not left behind. */
function refuseFaults(template: Template): void {
  const faults = [...checkSpecification(template), ...checkRules(template)];
  if (faults.length > 0) throw refusal('TemplateInvalid', `the template has faults:\n${faults.join('\n')}`);
}

function run(cwd: string, args: readonly string[], more: Readonly<Record<string, string>>): string {
  const osls = createRequire(import.meta.url).resolve('osls/bin/serverless.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [osls, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...more, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off', NO_COLOR: '1' },
  });
  if (status === 0) return stdout;
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
  throw refusal('TemplateInvalid', `osls refused: ${lines.slice(0, 8).join('\n')}`);
}
