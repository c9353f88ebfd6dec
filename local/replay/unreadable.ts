import { CommandError } from '../commandLine.ts';

/** PostgREST's refusal has a code; a server that is away, or something else in its place, has none. */
export function unreadable(table: string, { code, message }: { code?: string; message: string }): CommandError {
  const what = `the table ${table} cannot be read`;
  if (code) return new CommandError(`${what} (${code}): see SupabaseRefused in RUNBOOK.md`);
  const [reason = ''] = message.replace(/^TypeError: /, '').split('\n');
  return new CommandError(
    `${what}: Supabase does not answer (${reason.slice(0, 80) || 'nothing was said'}). ` +
      'Look at its status page, and whether SUPABASE_URL is right; then run the command again',
  );
}
