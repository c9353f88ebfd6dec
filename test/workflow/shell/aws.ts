import { readFile } from 'node:fs/promises';
import { search } from '@jmespath-community/jmespath';

/**
 * The part of the AWS CLI that the documents use: it turns an operation's options into the request that the CLI sends, asks
 * the endpoint of the environment, and shows the answer as the CLI does. The stand-ins refuse options that a service does
 * not have.
 */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Options = Map<string, string[]>;

const { AWS_ENDPOINT_URL = '', AWS_ACCESS_KEY_ID = '', AWS_REGION = '' } = process.env;

const pascal = (name: string) => name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
const camel = (name: string) => name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** The services of the JSON protocols: target, version, and how they spell their fields. */
const jsonServices: Record<string, [target: string, version: string, spell: (name: string) => string]> = {
  cloudwatch: ['GraniteServiceVersion20100801', '1.0', pascal],
  dynamodb: ['DynamoDB_20120810', '1.0', pascal],
  logs: ['Logs_20140328', '1.1', camel],
  secretsmanager: ['secretsmanager', '1.1', pascal],
  sqs: ['AmazonSQS', '1.0', pascal],
  stepfunctions: ['AWSStepFunctions', '1.0', camel],
  transcribe: ['Transcribe', '1.1', pascal],
};
const queryServices: Record<string, string> = { cloudformation: '2010-05-15', sts: '2011-06-15' };
const lists = ['attribute-names', 'log-group-names'];
/** Options of the CLI itself. */
const own = ['query', 'output', 'max-items', 'cli-binary-format', 'region'];

const [service = '', operation = '', ...rest] = process.argv.slice(2);
const { options, words } = read(rest);
await main();

async function main(): Promise<void> {
  if (service === 's3') return s3();
  const answer = await ask();
  const query = options.get('query')?.[0];
  const found = query === undefined ? answer : search(answer, query);
  const isText = options.get('output')?.[0] === 'text';
  process.stdout.write(isText ? `${toText(found)}\n` : `${JSON.stringify(found, null, 2)}\n`);
}

function read(args: readonly string[]): { options: Options; words: string[] } {
  const options: Options = new Map();
  const words: string[] = [];
  let last: string[] | undefined;
  for (const [at, arg] of args.entries()) {
    const [, name] = /^--(.+)/.exec(arg) ?? [];
    if (name !== undefined) options.set(name, (last = []));
    else if (
      last &&
      (last.length === 0 ||
        lists.includes(
          args
            .slice(0, at)
            .findLast((one) => one.startsWith('--'))
            ?.slice(2) ?? '',
        ))
    )
      last.push(arg);
    else words.push(arg);
  }
  return { options, words };
}

async function ask(): Promise<Json> {
  const json = jsonServices[service];
  if (json) {
    const [target, version, spell] = json;
    const headers = {
      'content-type': `application/x-amz-json-${version}`,
      'x-amz-target': `${target}.${pascal(operation)}`,
    };
    return JSON.parse(await send('/', service, JSON.stringify(fields(spell)), headers)) as Json;
  }
  const version = queryServices[service];
  if (version !== undefined) {
    const form = { Action: pascal(operation), Version: version, ...(fields(pascal) as Record<string, string>) };
    const body = await send('/', service, new URLSearchParams(form).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    return fromXml(body.replace(/^[\s\S]*?<\w+Result>|<\/\w+Result>[\s\S]*$/g, ''));
  }
  if (service === 'lambda' && operation === 'invoke') return invoke();
  if (service === 'lambda') return look();
  if (service === 's3api') return s3api();
  throw new Error(`no ${service} ${operation} here`);
}

/** The fields of the request: options that begin like JSON are JSON, digits are numbers, no value means true. */
function fields(spell: (name: string) => string): Record<string, Json> {
  const given = [...options].filter(([name]) => !own.includes(name));
  return Object.fromEntries(given.map(([name, values]) => [spell(name), toValue(name, values)]));
}

function toValue(name: string, values: readonly string[]): Json {
  if (lists.includes(name)) return [...values];
  const [value] = values;
  if (value === undefined) return true;
  if (/^\d+$/.test(value)) return Number(value);
  return service === 'dynamodb' && value.startsWith('{') ? (JSON.parse(value) as Json) : value;
}

async function send(
  path: string,
  scope: string,
  body: string | undefined,
  headers: Record<string, string>,
): Promise<string> {
  const credential = `Credential=${AWS_ACCESS_KEY_ID}/20261120/${AWS_REGION}/${scope}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`;
  const response = await fetch(`${AWS_ENDPOINT_URL}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body !== undefined && { body }),
    headers: { ...headers, authorization },
  });
  const text = await response.text();
  if (response.ok) return text;
  process.stderr.write(`An error occurred when calling the ${pascal(operation)} operation: ${text}\n`);
  process.exit(254);
}

/** The payload goes to the file that is named, and what the service says of it to the terminal. */
async function invoke(): Promise<Json> {
  const name = options.get('function-name')?.[0] ?? '';
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
  const [file] = words;
  if (file !== '/dev/stdout') throw new Error(`the answer should be shown, not go to ${file}`);
  process.stdout.write(await send(path, 'lambda', options.get('payload')?.[0] ?? '', {}));
  return { StatusCode: 200, ExecutedVersion: '$LATEST' };
}

async function look(): Promise<Json> {
  const name = encodeURIComponent(options.get('function-name')?.[0] ?? '');
  const paths: Record<string, string> = {
    'get-account-settings': '/2016-08-19/account-settings',
    'get-function-configuration': `/2015-03-31/functions/${name}/configuration`,
  };
  const path = paths[operation];
  if (path === undefined) throw new Error(`no lambda ${operation} here`);
  return JSON.parse(await send(path, 'lambda', undefined, {})) as Json;
}

async function client() {
  const { S3 } = await import('@aws-sdk/client-s3');
  return new S3({ endpoint: AWS_ENDPOINT_URL, forcePathStyle: true });
}

async function s3api(): Promise<Json> {
  const s3 = await client();
  const input = fields(pascal);
  const call = {
    'get-bucket-lifecycle-configuration': () => s3.getBucketLifecycleConfiguration(input as never),
    'get-bucket-policy': () => s3.getBucketPolicy(input as never),
    'head-object': () => s3.headObject(input as never),
    'list-objects-v2': () => s3.listObjectsV2(input as never),
  }[operation];
  if (!call) throw new Error(`no s3api ${operation} here`);
  const { $metadata: _, ...answer } = await call();
  return JSON.parse(JSON.stringify(answer)) as Json;
}

/** `cp FILE s3://bucket/key`, and `ls s3://bucket/prefix` with a summary. */
async function s3(): Promise<void> {
  const s3 = await client();
  const [, Bucket = '', Key = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec(words.at(-1) ?? '') ?? [];
  if (operation === 'cp') {
    await s3.putObject({ Bucket, Key, Body: await readFile(words[0] ?? '') });
    return;
  }
  const { Contents = [] } = await s3.listObjectsV2({ Bucket, Prefix: Key, EncodingType: 'url' });
  const lines = Contents.map((object) => `${object.LastModified?.toISOString()} ${object.Size} ${object.Key}`);
  const size = Contents.reduce((sum, object) => sum + (object.Size ?? 0), 0);
  process.stdout.write([...lines, '', `Total Objects: ${Contents.length}`, `   Total Size: ${size}`, ''].join('\n'));
}

/** Elements that hold elements are objects; the others are texts. */
function fromXml(xml: string): Json {
  const children = [...xml.matchAll(/<(\w+)>([\s\S]*?)<\/\1>/g)];
  if (children.length === 0) return xml.replaceAll('&amp;', '&');
  return Object.fromEntries(children.map(([, name = '', inside = '']) => [name, fromXml(inside)]));
}

/** As `--output text` shows a value: a row a line, its cells between tabs. */
function toText(value: Json): string {
  if (value === null) return 'None';
  if (!Array.isArray(value))
    return typeof value === 'object' ? Object.values(value).map(toText).join('\t') : String(value);
  if (value.some(Array.isArray)) return value.map(toText).join('\n');
  return value.map(toText).join('\t');
}
