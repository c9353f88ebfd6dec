// Checks packaged templates against two rule packs: AWS Control Tower's (cfn-guard) and HIPAA Security (cdk-nag).
//   node check.mjs <template.json>...
// Fails for a finding that accepted.json does not explain, and for an explanation of a finding that is not there.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { HIPAASecurityChecks } from 'cdk-nag';

const packages = join(import.meta.dirname, 'node_modules/@cdklabs/cdk-validator-cfnguard');
const guard = join(
  packages,
  'bin',
  process.platform === 'darwin' ? 'macos' : 'ubuntu',
  process.arch === 'arm64' ? 'aarch64' : 'x86_64',
  'cfn-guard',
);
const rules = join(packages, 'rules/control-tower/cfn-guard');
const services = [
  'cloudfront',
  'cloudwatch',
  'dynamodb',
  'identityandaccessmanagement',
  'keymanagementservice',
  'lambda',
  's3',
  'sqs',
  'stepfunctions',
];

/** Findings as `rule resource`. */
function byGuard(template) {
  const args = [
    'validate',
    '-d',
    template,
    ...services.flatMap((service) => ['-r', join(rules, service)]),
    '--structured',
    '-o',
    'json',
    '-S',
    'none',
  ];
  const { stdout, stderr } = spawnSync(guard, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (!stdout.startsWith('[')) throw new Error(`cfn-guard did not run: ${stderr}`);
  return JSON.parse(stdout).flatMap(({ not_compliant = [] }) =>
    not_compliant.flatMap(({ Rule }) => [...resourcesIn(Rule)].map((resource) => `${Rule.name} ${resource}`)),
  );
}

function resourcesIn(value, found = new Set()) {
  if (typeof value === 'string') {
    const [, resource] = /^\/Resources\/([^/]+)/.exec(value) ?? [];
    if (resource) found.add(resource);
  } else if (typeof value === 'object' && value !== null) {
    for (const field of Object.values(value)) resourcesIn(field, found);
  }
  return found;
}

function byNag(template) {
  const outdir = mkdtempSync(join(tmpdir(), 'nag-'));
  try {
    const app = new App({ outdir, analyticsReporting: false });
    const stack = new Stack(app, 'medzen');
    stack.node.addMetadata('template', new CfnInclude(stack, 'template', { templateFile: template }).node.path);
    Validations.of(app).addPlugins(new HIPAASecurityChecks(app));
    const quiet = console.error;
    try {
      console.error = () => {};
      app.synth();
    } catch {
      // It throws when it finds something; the findings are in the report.
    } finally {
      console.error = quiet;
    }
    const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
    return pluginReports.flatMap(({ violations }) =>
      violations.flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => `${ruleName} ${constructPath.split('/').at(-1)}`),
      ),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const templates = process.argv.slice(2);
if (templates.length === 0) throw new Error('usage: node check.mjs <template.json>...');
const accepted = JSON.parse(readFileSync(join(import.meta.dirname, 'accepted.json'), 'utf8'));
const findings = new Set(templates.flatMap((template) => [...byGuard(template), ...byNag(template)]));
const isAbout = ({ rule, resources }, finding) => new RegExp(`^(?:${rule}) (?:${resources})$`).test(finding);
const open = [...findings].filter((finding) => !accepted.some((entry) => isAbout(entry, finding)));
const idle = accepted.filter((entry) => ![...findings].some((finding) => isAbout(entry, finding)));
for (const finding of open) console.log(`not accepted: ${finding}`);
for (const { rule, resources } of idle) console.log(`accepted, but not found: ${rule} ${resources}`);
console.log(
  `${findings.size} findings in ${templates.length} templates, ${findings.size - open.length} accepted with a reason`,
);
process.exitCode = open.length + idle.length > 0 ? 1 : 0;
