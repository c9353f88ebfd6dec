/** What the functions are told that EventBridge calls back. Those of the call share everything else. */
export interface CallbackConfig {
  /** One, or two while one takes the place of the other; none: nothing is taken. */
  callbackSecrets: readonly string[];
  /** The account whose events are taken. */
  accountId: string;
}

const shortest = 32;

/**
 * Reads it in a file of its own: whatever is wrong here must not keep people from meeting.
 * @throws Error `ConfigurationInvalid`, which lists every missing or impossible value at once, and none of the secrets
 */
export function toCallbackConfig(env: Readonly<Record<string, string | undefined>>): CallbackConfig {
  const callbackSecrets = (env['CALLBACK_SECRETS'] ?? '').split(/[\s,]+/).filter(Boolean);
  const accountId = env['AWS_ACCOUNT_ID'] ?? '';
  if (callbackSecrets.length === 0) return { callbackSecrets, accountId };
  const problems: string[] = [];
  if (callbackSecrets.length > 2) problems.push('CALLBACK_SECRETS holds more than two values');
  if (callbackSecrets.some(({ length }) => length < shortest)) {
    problems.push(`CALLBACK_SECRETS holds a value of less than ${shortest} characters`);
  }
  if (!/^\d{12}$/.test(accountId)) problems.push('AWS_ACCOUNT_ID is no account of twelve digits');
  if (problems.length === 0) return { callbackSecrets, accountId };
  throw Object.assign(new Error(`configuration: ${problems.join('; ')}`), { name: 'ConfigurationInvalid' });
}
