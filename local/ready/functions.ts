import { ListRulesCommand, type Rule } from '@aws-sdk/client-eventbridge';
import { GetAccountSettingsCommand, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { paginateListServiceQuotas } from '@aws-sdk/client-service-quotas';
import { DescribeStateMachineCommand } from '@aws-sdk/client-sfn';
import { counted } from '../commandLine.ts';
import type { Place } from './place.ts';
import { NotAsked, type Question } from './question.ts';

/** That what runs is there, and that the account lets it run as often as the parameters say. */
export function askFunctions(place: Place): Question[] {
  const engine = (variable: string, what: string, codes: readonly string[]) => askPlaces(place, variable, what, codes);
  return [
    askActive(place),
    askMachine(place),
    askRules(place),
    askSupabaseUrl(place),
    askConcurrency(place),
    // A quota of jobs at once, and one of batch jobs at once: the smaller one counts.
    engine('MEDICAL_JOBS', 'jobs of Transcribe Medical', ['L-B882C824', 'L-63F366BB']),
    engine('STANDARD_JOBS', 'jobs of Transcribe', ['L-58D7221C', 'L-6F7AB1C9']),
  ];
}

export function configurationOf({ declared, services }: Place, step: string) {
  return services.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: `${declared.stackName}-${step}` }));
}

function askActive(place: Place): Question {
  const names = place.declared.functions.map(({ name }) => name);
  return {
    topic: 'functions',
    what: counted(names.length, 'function'),
    asked: 'lambda:GetFunctionConfiguration',
    wanted: 'all active',
    todo: 'deploy again; LastUpdateStatusReason of the function says why it is not',
    async ask() {
      const idle: string[] = [];
      for (const name of names) {
        const { State, LastUpdateStatus } = await configurationOf(place, name);
        // One that nobody has called for weeks is inactive until somebody does.
        const right = (State === 'Active' || State === 'Inactive') && LastUpdateStatus !== 'Failed';
        if (!right) idle.push(`${name} is ${State}, its update ${LastUpdateStatus}`);
      }
      return { found: idle.join(', ') || 'all active', right: idle.length === 0 };
    },
  };
}

function askMachine({ declared, services: { sfn } }: Place): Question {
  return {
    topic: 'functions',
    what: declared.stateMachine.name,
    asked: 'states:DescribeStateMachine',
    wanted: 'active',
    todo: 'deploy again',
    async ask() {
      const asked = new DescribeStateMachineCommand({ stateMachineArn: declared.stateMachine.arn });
      const { status = 'unknown' } = await sfn.send(asked);
      return { found: status.toLowerCase(), right: status === 'ACTIVE' };
    },
  };
}

function askRules({ declared, services: { events } }: Place): Question {
  const names = declared.rules.map(({ name }) => name);
  return {
    topic: 'functions',
    what: counted(names.length, 'rule'),
    asked: 'events:ListRules',
    wanted: 'all enabled',
    todo: 'aws events enable-rule, or deploy again',
    async ask() {
      const enabled = new Set<string>();
      for (const { Name = '', State } of await readRules(events)) {
        // CloudFormation puts the stack before a rule's own name, and chance behind it.
        const name = names.find((one) => Name === one || Name.startsWith(`${declared.stackName}-${one}-`));
        if (name !== undefined && State?.startsWith('ENABLED')) enabled.add(name);
      }
      const off = names.filter((name) => !enabled.has(name));
      return { found: off.length === 0 ? 'all enabled' : `off or missing: ${off.join(', ')}`, right: off.length === 0 };
    },
  };
}

async function readRules(events: Place['services']['events']): Promise<Rule[]> {
  const rules: Rule[] = [];
  let NextToken: string | undefined;
  do {
    const page = await events.send(new ListRulesCommand({ NextToken }));
    rules.push(...(page.Rules ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return rules;
}

function askSupabaseUrl(place: Place): Question {
  return {
    topic: 'database',
    what: 'SUPABASE_URL of the functions',
    asked: 'lambda:GetFunctionConfiguration',
    wanted: 'an address',
    todo: 'deploy again with SUPABASE_URL in the environment',
    async ask() {
      const { Environment } = await configurationOf(place, 'storeResults');
      const url = Environment?.Variables?.['SUPABASE_URL'] || 'none';
      return { found: url, right: /^https?:\/\/\S+$/.test(url) };
    },
  };
}

/** Fewer would throttle the functions of a busy quarter of an hour. */
const leastConcurrency = 100;
/** Lambda lets nobody reserve the last ones. */
const neverReserved = 100;

function askConcurrency({ services: { lambda } }: Place): Question {
  return {
    topic: 'capacity',
    what: 'functions at once',
    asked: 'lambda:GetAccountSettings',
    wanted: `${leastConcurrency} at least`,
    todo: 'request a larger quota of concurrent executions, as DEPLOY.md says',
    async ask() {
      const { AccountLimit: limit } = await lambda.send(new GetAccountSettingsCommand({}));
      const { ConcurrentExecutions: all = 0, UnreservedConcurrentExecutions: free = 0 } = limit ?? {};
      const spare = Math.max(0, free - neverReserved);
      const reserved = spare > 0 ? `${spare} may be reserved` : 'none may be reserved';
      return { found: `${all}, ${free} of them not reserved: ${reserved}`, right: free >= leastConcurrency };
    },
  };
}

function askPlaces(place: Place, variable: string, what: string, codes: readonly string[]): Question {
  return {
    topic: 'capacity',
    what,
    asked: 'servicequotas:ListServiceQuotas',
    wanted: `as many as ${variable} lets run at once`,
    todo: 'request a larger quota, or lower the parameter and deploy again',
    async ask() {
      const { Environment } = await configurationOf(place, 'awaitPlace');
      const places = Number(Environment?.Variables?.[variable]);
      const values: number[] = [];
      const pages = paginateListServiceQuotas({ client: place.services.quotas }, { ServiceCode: 'transcribe' });
      for await (const { Quotas = [] } of pages) {
        for (const { QuotaCode = '', Value } of Quotas)
          if (codes.includes(QuotaCode) && Value !== undefined) values.push(Value);
      }
      if (values.length === 0) throw new NotAsked('the quota is not listed: see the console');
      const quota = Math.min(...values);
      return { found: `a quota of ${quota} for ${places} places`, right: places <= quota };
    },
  };
}
