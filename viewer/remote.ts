import { readRemotePage } from './pageData.ts';
import { Session } from './session.ts';
import { SourceFault } from './source.ts';
import { start } from './start.tsx';
import { SupabaseSource } from './supabaseSource.ts';

// The page that reads its consultation from the database.
start((text) => {
  const { place, origins } = readRemotePage(text);
  const { parent, opener } = window as { parent: Window; opener: Window | null };
  const holders = [...(parent === window ? [] : [parent]), ...(opener ? [opener] : [])];
  if (holders.length === 0) throw new SourceFault('nobody');
  const onMessage = (listener: (event: MessageEvent) => void) => window.addEventListener('message', listener);
  const session = new Session({ onMessage, holders }, origins);
  return new SupabaseSource(place, {
    fetch: (url, request) => fetch(url, request),
    token: () => session.token(),
    now: () => new Date(),
    onToken: (renewed) => session.onToken(renewed),
  });
});
