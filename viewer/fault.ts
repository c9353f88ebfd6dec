import { laterWords } from './laterWords.ts';
import type { Fault } from './source.ts';
import { words } from './words.ts';

/** What another try may be good for. */
const passing: readonly Fault[] = ['waiting', 'signedOut', 'offline'];

/** Says why nothing of a consultation is shown. */
export function showFault(root: Element, fault: Fault): void {
  const why = { ...words.faults, ...laterWords.faults }[fault];
  const box = document.createElement('div');
  box.setAttribute('role', 'alert');
  box.className = 'fault';
  box.append(`${why.charAt(0).toUpperCase()}${why.slice(1)}${/[.!]$/.test(why) ? '' : '.'} `);
  if (passing.includes(fault)) {
    const again = document.createElement('button');
    again.type = 'button';
    again.className = 'button';
    again.textContent = words.tryAgain;
    again.addEventListener('click', () => location.reload());
    box.append(again);
  }
  root.replaceChildren(box);
}
