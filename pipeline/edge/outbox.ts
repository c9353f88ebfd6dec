import type { NotedEvent } from '../audit.ts';
import type { Outbox } from '../ports.ts';
import { connectSupabase, type SupabaseLimits, toFailure } from './supabase.ts';

/** The database's outbox, as the service role. */
export function toOutbox(url: string, key: string, limit?: SupabaseLimits): Outbox {
  const client = connectSupabase(url, key, limit);
  const call = async (name: string, args: Record<string, unknown>): Promise<unknown> => {
    const { data, error, status } = await client.rpc(name, args);
    if (error) throw toFailure(name, error, status);
    return data;
  };
  return {
    waiting: async (most) => ((await call('audit_waiting', { most })) ?? []) as NotedEvent[],
    async markCarried(decision) {
      await call('audit_carried', { decision });
    },
    async trim() {
      await call('trim_access_log', {});
    },
  };
}
