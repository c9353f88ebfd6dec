import { messages } from '../../viewer/session.ts';
import type { FrameData, StandInSession } from './run.ts';

// The page around a consultation, in place of the health record's own: it hands over who reads, and renews that in time.
const { recordingId, page, session } = JSON.parse(document.getElementById('data')?.textContent ?? '') as FrameData;
const { origin } = location;
/** A token is renewed this long before it ends. */
const earlyMs = 300_000;

const bar = document.createElement('header');
const back = document.createElement('a');
back.href = '/';
back.textContent = '← Recordings';
const note = document.createElement('p');
note.setAttribute('role', 'status');
note.textContent = `read as its provider, a stand-in of this machine · ${recordingId}`;
bar.append(back, note);
const frame = document.createElement('iframe');
frame.title = 'Consultation';
frame.src = page;
document.getElementById('page')?.append(bar, frame);

addEventListener('message', (event) => {
  const { source, data } = event as MessageEvent<{ type?: unknown } | null>;
  if (event.origin !== origin || source !== frame.contentWindow || data?.type !== messages.ready) return;
  // Its keys work at once.
  frame.focus();
  void handOver();
});

async function handOver(): Promise<void> {
  try {
    const response = await fetch(session, { method: 'POST' });
    if (!response.ok) throw new Error(await response.text());
    const { token, expiresAt } = (await response.json()) as StandInSession;
    frame.contentWindow?.postMessage({ type: messages.session, token }, origin);
    setTimeout(() => void handOver(), Math.max(1_000, expiresAt - Date.now() - earlyMs));
  } catch (error) {
    note.textContent = `Nobody can be signed in: ${error instanceof TypeError ? 'the stack does not answer' : String(error)}`;
    setTimeout(() => void handOver(), 5_000);
  }
}
