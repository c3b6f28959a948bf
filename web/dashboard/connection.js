/** Whether anybody tells the page anything. While nobody does, all that it shows is what was true before, and the page says so. */
import { byId, setText } from './dom.js';
import { exactTimeText } from './format.js';

let goneAtMs;

/** The time by which calls are shown: it stands still while nothing is known of them. */
export function knownUntilMs() {
  return goneAtMs ?? Date.now();
}

export function isGone() {
  return goneAtMs !== undefined;
}

/** Nobody has told us anything since then, or somebody does again (undefined). */
export function showConnection(sinceMs) {
  goneAtMs = sinceMs;
  document.body.classList.toggle('is-gone', isGone());
  byId('gone').hidden = !isGone();
  if (isGone())
    setText(
      byId('gone'),
      `No connection to Parley since ${exactTimeText(sinceMs)}. What is shown below was true then; the page tries again by itself.`,
    );
  for (const button of document.querySelectorAll('#orders button, #phone-call')) button.disabled = isGone();
  // An order that was being written would reach nobody.
  if (isGone())
    for (const dialog of document.querySelectorAll('dialog[open]:not(#token-dialog)')) dialog.close('no');
}
