import { readOptions, runCommand } from '../commandLine.ts';
import { asCommand, orderOptions, toOrder } from './package.ts';

const usage =
  'npm run deploy -- --stage STAGE --region REGION [--transfer-to REGION|none] [--control-for REGION] [--param NAME=VALUE]';
const about = {
  does: 'Packages the stack of a stage and a region, and deploys it to the AWS account of the environment.',
};

await runCommand('deploy', async () => {
  const order = toOrder(readOptions(process.argv.slice(2), orderOptions, usage, about));
  // Loaded once the arguments are right: it needs the development dependencies.
  const { deployStack } = await import('../../infra/package.ts');
  const begin = () => {
    process.stderr.write(`deploy: packaging and sending ${order.stage} to ${order.region}, which takes minutes\n`);
  };
  process.stdout.write(await asCommand(deployStack(order, begin)));
  return 0;
});
