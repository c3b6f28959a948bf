/** Asks the service. Where it wants a token, the page asks for one, and the question is asked again. */

const KEPT_AS = 'parley.token';

let askForToken;
let asking;

/** `ask(wasWrong)` resolves with a token. */
export function useTokensFrom(ask) {
  askForToken = ask;
}

export function token() {
  return sessionStorage.getItem(KEPT_AS) ?? undefined;
}

/** The answer, whatever it is but 401. */
export async function ask(path, { headers = {}, ...options } = {}) {
  for (;;) {
    const shown = token();
    const authorization = shown === undefined ? {} : { authorization: `Bearer ${shown}` };
    const answer = await fetch(`api/${path}`, { ...options, headers: { ...headers, ...authorization } });
    if (answer.status !== 401) return answer;
    await anotherToken(shown);
  }
}

/** What stands in the answer. Throws an Error that can be shown. */
export async function get(path, options) {
  const answer = await checked(await ask(path, options));
  return answer.json();
}

export async function getText(path) {
  const answer = await checked(await ask(path));
  return answer.text();
}

export async function order(path, body = {}) {
  const headers = { 'content-type': 'application/json' };
  await checked(await ask(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function checked(answer) {
  if (answer.ok) return answer;
  const { code, message } = await answer.json().catch(() => ({ code: answer.status, message: 'No answer.' }));
  throw new Error(`${message} (${code})`);
}

/** Many requests may be refused at once; somebody is asked once. */
async function anotherToken(refused) {
  if (token() !== refused) return;
  asking ??= askForToken(refused !== undefined)
    .then((given) => sessionStorage.setItem(KEPT_AS, given))
    .finally(() => (asking = undefined));
  await asking;
}
