/** Module state as a step might keep it: made on first use, found again on the next invocation. */
let key: string | undefined;
let uses = 0;
const importedBy = process.env['AWS_LAMBDA_FUNCTION_NAME'];

export function clientKey(): { key: string | undefined; uses: number; importedBy: string | undefined } {
  key ??= process.env['AWS_ACCESS_KEY_ID'];
  uses += 1;
  return { key, uses, importedBy };
}
