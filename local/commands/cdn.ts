import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';
import type { SdkFile } from '../../infra/cdn/sdkFile.ts';
import type { Order } from '../../infra/package.ts';
import { counted, readOptions, runCommand } from '../commandLine.ts';
import { install } from '../install.mjs';
import { asCommand } from './package.ts';

const usage = 'npm run cdn -- --stage STAGE [--deploy] [--param NAME=VALUE] [--out DIR]';
const about = {
  does: "Makes the Chime SDK's file for browsers and the stack of the CDN that serves it, and says how to roll it out.",
};
const options = {
  stage: { type: 'string', default: 'dev', value: 'STAGE', help: 'the part of each name that tells stacks apart' },
  deploy: { type: 'boolean', default: false, help: 'deploy the stack to the AWS account of the environment' },
  param: {
    type: 'string',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'a parameter of infra/cdn/serverless.yml, each its own',
  },
  out: { type: 'string', value: 'DIR', help: 'where file and template go; .serverless/cdn-STAGE unless given' },
} as const;
const root = join(import.meta.dirname, '../..');

async function main(args: readonly string[]): Promise<number> {
  const {
    stage,
    deploy,
    param: parameters,
    out = join(root, '.serverless', `cdn-${stage}`),
  } = readOptions(args, options, usage, about);
  install(join(root, 'infra/cdn'), true, say);
  // Loaded once the arguments are right: it needs the development dependencies.
  const [
    { buildSdkFile, cacheControl, contentType },
    { deployStack, packageStack, templateFile },
    { cdnRegion },
    { readTemplate },
  ] = await Promise.all([
    import('../../infra/cdn/sdkFile.ts'),
    import('../../infra/package.ts'),
    import('../../infra/regions.ts'),
    import('../../infra/template.ts'),
  ]);
  const file = await buildSdkFile();
  const order: Order = { stage, region: cdnRegion, parameters, sdk: file };
  await asCommand(packageStack(order, out, () => say(`checking the template of ${stage}, offline`)));
  await mkdir(out, { recursive: true });
  await writeFile(join(out, file.name), file.bytes);
  await writeFile(join(out, file.notice.name), file.notice.text);
  if (deploy) {
    const begin = () => say(`sending the stack of ${stage} to ${cdnRegion}, which takes minutes`);
    process.stdout.write(await asCommand(deployStack(order, begin)));
  }
  const { Resources } = readTemplate(join(out, templateFile));
  const bucket = String(Resources['SdkAssetsBucket']?.Properties?.['BucketName']);
  const small = await promisify(brotliCompress)(file.bytes);
  say(`${file.name}: ${counted(file.bytes.length, 'byte')}, ${small.length.toLocaleString('en-US')} with Brotli`);
  process.stdout.write(
    toSteps(file, {
      stage,
      bucket,
      folder: relative(process.cwd(), out),
      region: cdnRegion,
      cacheControl,
      contentType,
    }),
  );
  return 0;
}

interface Upload {
  stage: string;
  bucket: string;
  region: string;
  /** Where the file is, from where the user stands. */
  folder: string;
  cacheControl: string;
  contentType: string;
}

/** What to do with the file: commands to paste, and how to go back. */
function toSteps({ name, integrity, notice }: SdkFile, { stage, bucket, region, folder, ...headers }: Upload): string {
  const upload = (file: string, type: string) =>
    `    aws s3 cp ${join(folder, file)} s3://${bucket}/${file} --region ${region} \\
      --content-type '${type}' --cache-control '${headers.cacheControl}'`;
  return `1. The stack, unless it stands: npm run cdn -- --stage ${stage} --deploy
2. The upload, which replaces nothing: a new file has a new name.

${upload(name, headers.contentType)}
${upload(notice.name, 'text/plain; charset=utf-8')}

3. The address and the hash, in the environment of npm run deploy and among the secrets of the edge functions. The stack's
   outputs SdkUrl and SdkIntegrity say both; what apps are told changes with their next create or join.

    CHIME_SDK_CDN_URL=https://<domain of the distribution>/${name}
    CHIME_SDK_INTEGRITY=${integrity}

To go back, set the two to the old name and its hash again. Old files stay, and nothing is invalidated.
`;
}

function say(line: string): void {
  process.stderr.write(`cdn: ${line}\n`);
}

if (import.meta.main) await runCommand('cdn', () => main(process.argv.slice(2)));
