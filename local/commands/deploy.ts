import { deployStack } from '../../infra/package.ts';
import { readOptions, runCommand } from '../commandLine.ts';
import { asCommand, orderOptions, toOrder } from './package.ts';

const usage = 'npm run deploy -- --stage STAGE --region REGION [--transfer-to REGION|none] [--param NAME=VALUE]';

await runCommand('deploy', async () => {
  const order = toOrder(readOptions(process.argv.slice(2), orderOptions, usage));
  process.stdout.write(await asCommand(deployStack(order)));
  return 0;
});
