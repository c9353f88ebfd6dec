import type { Stack } from '../stack/stack.ts';
import type { StandInSession } from './run.ts';

/** As long as Supabase's own tokens live, unless a project says otherwise. */
const lifeMs = 3_600_000;

/** A token as Supabase would give it to a person who has signed in. Nothing but the embedded stack takes it. */
export function signIn(stack: Pick<Stack, 'signJwt' | 'clock'>, userId: string, forMs = lifeMs): StandInSession {
  const now = stack.clock.now();
  const [iat, exp] = [Math.floor(now / 1000), Math.floor((now + forMs) / 1000)];
  return { token: stack.signJwt({ role: 'authenticated', sub: userId, iat, exp }), expiresAt: exp * 1000 };
}
