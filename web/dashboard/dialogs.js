/** Questions to the operator. Each is a <dialog> of the page, with a form; Escape is no. */
import { byId, setText } from './dom.js';

for (const cancel of document.querySelectorAll('dialog .cancel'))
  cancel.addEventListener('click', () => cancel.closest('dialog').close('no'));

/** The last answer of each dialog: it tells of its end a moment after it has closed, and must not be opened again before. */
const answers = new Map();

/** Resolves with what was filled in, by name; undefined for no. */
export function askFor(id, whom = '') {
  const answer = Promise.resolve(answers.get(id)).then(() => answerOf(byId(id), whom));
  answers.set(id, answer);
  return answer;
}

function answerOf(dialog, whom) {
  const form = dialog.querySelector('form');
  const name = dialog.querySelector('.whom');
  if (name) setText(name, whom);
  form.reset();
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => {
        const isYes = dialog.returnValue === 'yes';
        resolve(isYes ? Object.fromEntries(new FormData(form)) : undefined);
        form.reset();
      },
      { once: true },
    );
  });
}

export async function confirmed(id, whom) {
  return (await askFor(id, whom)) !== undefined;
}

/** Does not take no for an answer: without a token there is nothing to see. */
export async function askForToken(wasWrong) {
  setText(byId('token-dialog').querySelector('.fault'), wasWrong ? 'That token was refused.' : '');
  for (;;) {
    const given = await askFor('token-dialog');
    if (given?.token) return given.token.trim();
  }
}
