/** The marks in a model's text that steer a chat template and are not for people. */

export interface ControlToken {
  readonly length: number;
  /**
   * open, close: around what is not for the caller; `name` says what. head: of a message, body: ends it. end: of a message. role: whose
   * text follows. other: means nothing here.
   */
  readonly kind: 'open' | 'close' | 'head' | 'body' | 'end' | 'role' | 'other';
  readonly name: string;
}

/** Where a token may begin. */
export const TOKEN_START = /[<[◁]/g;

/** No token is longer. */
const MOST_CHARS = 80;

const THOUGHTS =
  'think thinking thought thoughts reasoning reason analysis reflection scratchpad seed:think'.split(' ');
const TOOLS = 'tool_call tool_calls tool_response function_call function_calls'.split(' ');
const FAMILIES: ReadonlyMap<string, string> = new Map([
  ...THOUGHTS.map((name) => [name, 'thought'] as const),
  ...TOOLS.map((name) => [name, 'tool'] as const),
]);
const ENDS: ReadonlySet<string> = new Set(
  'end return call im_end eot_id eom_id eot endoftext end_of_text end_of_turn end_of_sentence eos s'.split(
    ' ',
  ),
);
const HEADS: ReadonlySet<string> = new Set('channel start im_start start_header_id start_of_turn'.split(' '));
const BODIES: ReadonlySet<string> = new Set('message im_sep end_header_id'.split(' '));
const ROLES: ReadonlySet<string> = new Set(
  'assistant model user human system developer tool observation'.split(' '),
);

/** Tags that are control tokens also without bars. */
const BARE = ['start_of_turn', 'end_of_turn', 'bos', 'eos', 's', 'unk', 'pad'];

const NAMES = [...FAMILIES.keys(), ...BARE].join('|');
const BARRED = /<[|｜](\/?)([^|｜<>\n]{1,40})[|｜]>/y;
const TAG = new RegExp(`<(/?)(${NAMES})(?:\\s[^<>\\n]{0,40})?/?>`, 'iy');
const BRACKETED = /\[(\/?)(THINK|INST)\]/y;
const TRIANGLED = /◁(\/?)(think)▷/y;

const MAY_BECOME_BARRED = /^<(?:[|｜][^|｜<>\n]{0,40}[|｜]?)?$/;
const MAY_BECOME_TAG = new RegExp(`^</?(?:${NAMES})(?:\\s[^<>\\n]{0,40})?/?$`, 'i');
const BEGINNINGS = [
  ...[...FAMILIES.keys(), ...BARE].flatMap((name) => [`<${name}`, `</${name}`]),
  ...['[think]', '[/think]', '[inst]', '[/inst]', '◁think▷', '◁/think▷'],
];

/** The token that begins at `at`; undefined for none; undecided if that depends on what follows and the text has not `ended`. */
export function controlTokenAt(
  text: string,
  at: number,
  ended: boolean,
): ControlToken | 'undecided' | undefined {
  for (const form of [BARRED, TAG, BRACKETED, TRIANGLED]) {
    form.lastIndex = at;
    const found = form.exec(text);
    if (found) return tokenOf(found[0], found[1] === '/', found[2] ?? '');
  }
  if (ended || text.length - at > MOST_CHARS) return undefined;
  return mayBecome(text.slice(at)) ? 'undecided' : undefined;
}

/** The same text without the marks, also without those that are only there once others are gone: for what others have written and a model is to read. */
export function withoutControlTokens(text: string): string {
  let plain = text;
  for (let kept = withoutTokensOnce(plain); kept !== plain; kept = withoutTokensOnce(plain)) plain = kept;
  return plain;
}

function withoutTokensOnce(text: string): string {
  let kept = '';
  let from = 0;
  for (const { index } of text.matchAll(TOKEN_START)) {
    if (index < from) continue;
    const token = controlTokenAt(text, index, true);
    if (token === undefined || token === 'undecided') continue;
    kept += text.slice(from, index);
    from = index + token.length;
  }
  return kept + text.slice(from);
}

function mayBecome(beginning: string): boolean {
  if (MAY_BECOME_BARRED.test(beginning) || MAY_BECOME_TAG.test(beginning)) return true;
  const lower = beginning.toLowerCase();
  return BEGINNINGS.some((whole) => whole.startsWith(lower));
}

function tokenOf({ length }: string, isClosing: boolean, written: string): ControlToken {
  // `<|begin_of_thought|>`, `<｜end▁of▁sentence｜>`
  const name = written.toLowerCase().replaceAll('▁', '_').trim();
  const [, edge, edged = ''] = /^(begin|end)_of_(\w+)$/.exec(name) ?? [];
  const family = FAMILIES.get(name) ?? (edge ? FAMILIES.get(edged) : undefined);
  if (family !== undefined)
    return { length, kind: isClosing || edge === 'end' ? 'close' : 'open', name: family };
  if (ENDS.has(name)) return { length, kind: 'end', name };
  if (HEADS.has(name)) return { length, kind: 'head', name };
  if (BODIES.has(name)) return { length, kind: 'body', name };
  if (ROLES.has(name)) return { length, kind: 'role', name };
  return { length, kind: 'other', name };
}
