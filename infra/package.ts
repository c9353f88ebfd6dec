import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { writeBundles } from './build.ts';
import { checkNames } from './names.ts';
import {
  checkAlarmEmail,
  checkAnonKey,
  checkParameters,
  checkSupabaseUrl,
  checkTakesOver,
  pipelinesRegionOf,
} from './parameters.ts';
import { type Regions, type Stack, stackFor } from './regions.ts';
import { refusal } from './refusal.ts';
import { checkRules } from './rules.ts';
import { readService } from './service.ts';
import { serviceSpec } from './serviceSpec.ts';
import { checkSpecification } from './specification.ts';
import { readTemplate, type Template } from './template.ts';

const root = join(import.meta.dirname, '..');
export const templateFile = 'cloudformation-template-update-stack.json';

/** The stack to make. */
export interface Order extends Regions {
  stage: string;
  /** `name=value` for the parameters of serverless.yml. */
  parameters?: readonly string[] | undefined;
}

/**
 * Makes the CloudFormation template of one stage and region in the folder `out`, offline.
 * @throws OrderInvalid for a region that cannot have a stack; TemplateInvalid for a service that `readService` or osls
 * refuses, and for a template with faults. Then nothing is left in `out`.
 * @param onBegin learns that the order is sound, and that the work begins: it takes some seconds
 */
export async function packageStack(order: Order, out: string, onBegin?: () => void): Promise<void> {
  const keep = async (folder: string) => {
    await rm(out, { recursive: true, force: true });
    await mkdir(dirname(out), { recursive: true });
    await move(join(folder, '.serverless'), out);
  };
  await withOsls(order, keep, onBegin);
}

/**
 * Deploys the stack of an order, and returns what osls says about it.
 * @throws as {@link packageStack}, and OrderInvalid for a stack whose alarms would reach nobody or that could not store
 * anything
 */
export async function deployStack(order: Order, onBegin?: () => void): Promise<string> {
  const stack = stackFor(order);
  if (stack.kind === 'workflow') {
    checkSupabaseUrl(process.env['SUPABASE_URL']);
    checkAnonKey(process.env['SUPABASE_ANON_KEY']);
  }
  checkAlarmEmail(order.stage, order.parameters ?? [], join(root, serviceFiles[stack.kind]));
  let said = '';
  const deploy = async (_: string, osls: Osls) => {
    said = await osls('deploy');
  };
  await withOsls(order, deploy, onBegin);
  return said;
}

type Osls = (command: string) => Promise<string>;

/**
 * Packages the stack of an order in a folder that holds nothing but what osls needs, and that is removed afterwards.
 */
async function withOsls(
  order: Order,
  use: (folder: string, osls: Osls) => Promise<void>,
  onBegin?: () => void,
): Promise<void> {
  const { stage, region } = order;
  const parameters = [...(order.parameters ?? [])];
  const stack = stackFor(order);
  if (!/^[a-z][a-z0-9]{0,15}$/.test(stage)) throw refusal('OrderInvalid', `--stage ${stage} is no name for a stage`);
  const file = serviceFiles[stack.kind];
  checkParameters(parameters, join(root, file), stage);
  if (stack.kind === 'workflow') {
    checkTakesOver(parameters, join(root, file), stage);
    const pipelinesRegion = pipelinesRegionOf(parameters, join(root, file), stage);
    const isSaid = parameters.some((parameter) => parameter.startsWith('pipelinesRegion='));
    if (!isSaid) parameters.push(`pipelinesRegion=${pipelinesRegion}`);
  }
  const service = readService(root, file);
  onBegin?.();

  const folder = await mkdtemp(join(tmpdir(), 'medzen-package-'));
  try {
    await writeFile(join(folder, 'serverless.json'), JSON.stringify(service));
    if (service.functions) await writeBundles(join(folder, '.build'));
    const args = ['--stage', stage, '--region', region, ...parameters.map((parameter) => `--param=${parameter}`)];
    const env = variablesOf(stack);
    const osls: Osls = (command) => run(folder, [command, ...args], env);
    const packaged = osls('package');
    serviceSpec(); // a second's work of this process, while osls does its own
    await packaged;
    refuseFaults(readTemplate(join(folder, '.serverless', templateFile)), region);
    await use(folder, osls);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The paths of the service files, from the root of the repository. */
const serviceFiles: Readonly<Record<Stack['kind'], string>> = {
  workflow: 'serverless.yml',
  source: 'infra/source/serverless.yml',
  control: 'infra/control/serverless.yml',
  cdn: 'infra/cdn/serverless.yml',
};

/** What a service file takes from its environment. */
function variablesOf(stack: Stack): Readonly<Record<string, string>> {
  if ('processingRegion' in stack) return { PROCESSING_REGION: stack.processingRegion };
  return 'sdk' in stack ? { SDK_FILE: stack.sdk.name, SDK_INTEGRITY: stack.sdk.integrity } : {};
}

/** A rename does not work across file systems, so then the folder is copied. */
async function move(from: string, to: string): Promise<void> {
  await rename(from, to).catch(() => cp(from, to, { recursive: true }));
}

/** Refuses a template that AWS would refuse, or that breaks a promise of this product. */
function refuseFaults(template: Template, region: string): void {
  const faults = [...checkSpecification(template), ...checkRules(template), ...checkNames(template, region)];
  if (faults.length > 0) throw refusal('TemplateInvalid', `the template has faults:\n${faults.join('\n')}`);
}

async function run(cwd: string, args: readonly string[], more: Readonly<Record<string, string>>): Promise<string> {
  const osls = createRequire(import.meta.url).resolve('osls/bin/serverless.js');
  const env = { ...process.env, ...more, SLS_TELEMETRY_DISABLED: '1', SLS_NOTIFICATIONS_MODE: 'off', NO_COLOR: '1' };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [osls, ...args], { cwd, env, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line));
    throw refusal('TemplateInvalid', `osls refused: ${lines.slice(0, 8).join('\n')}`);
  }
}
