import { capitalize } from '../../infra/expand.ts';

/** The place where a stack is deployed. */
export interface Place {
  region: string;
  accountId: string;
  stage: string;
}

/** The HTTP API that osls makes of the functions' routes. The stack that starts it knows its address. */
const httpApi = 'HttpApi';

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  Condition?: string;
}

/** How the resource types that the project uses are named and addressed. */
const arns: Readonly<Record<string, { property: string; arn: (name: string, place: Place) => string }>> = {
  'AWS::S3::Bucket': { property: 'BucketName', arn: (name) => `arn:aws:s3:::${name}` },
  'AWS::SQS::Queue': { property: 'QueueName', arn: (name, at) => `arn:aws:sqs:${at.region}:${at.accountId}:${name}` },
  'AWS::KMS::Key': { property: 'KeyId', arn: (name, at) => `arn:aws:kms:${at.region}:${at.accountId}:key/${name}` },
  'AWS::DynamoDB::Table': {
    property: 'TableName',
    arn: (name, at) => `arn:aws:dynamodb:${at.region}:${at.accountId}:table/${name}`,
  },
  'AWS::Events::Rule': {
    property: 'Name',
    arn: (name, at) => `arn:aws:events:${at.region}:${at.accountId}:rule/${name}`,
  },
  // The last part is an id, which the service makes.
  'AWS::Events::Connection': {
    property: 'Name',
    arn: (name, at) => `arn:aws:events:${at.region}:${at.accountId}:connection/${name}/local`,
  },
  'AWS::Events::ApiDestination': {
    property: 'Name',
    arn: (name, at) => `arn:aws:events:${at.region}:${at.accountId}:api-destination/${name}/local`,
  },
  'AWS::IAM::Role': { property: 'RoleName', arn: (name, at) => `arn:aws:iam::${at.accountId}:role/${name}` },
  'AWS::Logs::LogGroup': {
    property: 'LogGroupName',
    arn: (name, at) => `arn:aws:logs:${at.region}:${at.accountId}:log-group:${name}:*`,
  },
  'AWS::SecretsManager::Secret': {
    property: 'Name',
    arn: (name, at) => `arn:aws:secretsmanager:${at.region}:${at.accountId}:secret:${name}-Local1`,
  },
  'AWS::StepFunctions::StateMachine': {
    property: 'StateMachineName',
    arn: (name, at) => `arn:aws:states:${at.region}:${at.accountId}:stateMachine:${name}`,
  },
};

/** Whether a resource of this type has a name and an ARN here. */
export const isAddressed = (type: string): boolean => type in arns;

/** Ref, Fn::GetAtt (Arn only) and Fn::Sub over the project's own resources and CloudFormation's pseudo parameters. */
export class Resolver {
  readonly #resources: Record<string, Resource>;
  readonly #functions: readonly string[];
  readonly #place: Place;

  constructor(resources: Record<string, Resource>, functions: readonly string[], place: Place) {
    this.#resources = resources;
    this.#functions = functions;
    this.#place = place;
  }

  resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(item));
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = [], more] = Object.entries(value);
    if (more === undefined && name === 'Ref') return this.#ref(String(argument));
    if (more === undefined && name === 'Fn::Sub') return this.#substitute(String(argument));
    if (more === undefined && name === 'Fn::GetAtt') {
      const [id, attribute] = argument as [string, string];
      if (id === httpApi && attribute === 'ApiEndpoint') return '';
      if (attribute === 'StreamArn') return `${this.arnOf(id)}/stream/latest`;
      if (attribute !== 'Arn') throw new Error(`infra: Fn::GetAtt ${id}.${attribute} is not known`);
      return this.arnOf(id);
    }
    if (more === undefined && name === 'Fn::Split') {
      const [mark, text] = argument as [string, unknown];
      return String(this.resolve(text)).split(mark);
    }
    if (name?.startsWith('Fn::')) throw new Error(`infra: ${name} is not known`);
    return Object.fromEntries(Object.entries(value).map(([field, content]) => [field, this.resolve(content)]));
  }

  nameOf(id: string): string {
    const resource = this.#find(id);
    return String(this.resolve(resource.Properties[arns[resource.Type]?.property ?? ''] ?? id));
  }

  arnOf(id: string): string {
    const step = this.#functions.find((name) => `${capitalize(name)}LambdaFunction` === id);
    if (step) return this.functionArn(step);
    return arns[this.#find(id).Type]?.arn(this.nameOf(id), this.#place) ?? missing(`${id} has no ARN`);
  }

  functionArn(name: string): string {
    return `arn:aws:lambda:${this.#place.region}:${this.#place.accountId}:function:${name}`;
  }

  #ref(id: string): string {
    const pseudo = this.#pseudo(id);
    if (pseudo !== undefined) return pseudo;
    const isNamed = ['AWS::S3::Bucket', 'AWS::DynamoDB::Table'].includes(this.#find(id).Type);
    return isNamed ? this.nameOf(id) : this.arnOf(id);
  }

  #substitute(text: string): string {
    return text.replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => {
      const [id = '', attribute] = name.split('.');
      if (attribute === undefined) return this.#ref(id);
      return attribute === 'Arn' ? this.arnOf(id) : missing(`${id}.${attribute} is not known`);
    });
  }

  #pseudo(name: string): string | undefined {
    const { accountId, region } = this.#place;
    const values: Record<string, string> = {
      'AWS::AccountId': accountId,
      'AWS::Region': region,
      'AWS::Partition': 'aws',
    };
    return values[name];
  }

  #find(id: string): Resource {
    return this.#resources[id] ?? missing(`there is no resource ${id}`);
  }
}

export function missing(what: string): never {
  throw new Error(`infra: ${what}`);
}
