/** Markdown at the start of a line: headings, quotes, bullets, rules, code fences. Numbers of a list are spoken, so they stay. */

/** No mark is longer: a fence with its language, a rule. A longer row of dashes stays, and has nothing to speak. */
const WINDOW_CHARS = 24;

const PREFIX = /^[ \t]*(?:#{1,6}[ \t]|>|[-*+•▪◦·][ \t])/;
const WHOLE_LINE = /^[ \t]*(?:([-=_*])\1{2,}|`{3,}[\w+#.-]*)[ \t]*$/;
const MAY_BECOME_MARK = /^[ \t]*(?:#{0,6}|[+•▪◦·]|([-=_*])\1*[ \t]*|`+[\w+#.-]*[ \t]*)$/;

/**
 * The length of the mark that begins at `at`, the start of a line; 0 if there is none; undefined if that depends on what follows
 * and the text has not `ended`.
 */
export function lineMarkLength(text: string, at: number, ended: boolean): number | undefined {
  const window = text.slice(at, at + WINDOW_CHARS);
  const newline = window.indexOf('\n');
  const line = newline < 0 ? window : window.slice(0, newline);
  const prefix = PREFIX.exec(line);
  if (prefix) return prefix[0].length;
  const lineIsWhole = newline >= 0 || (ended && text.length - at <= WINDOW_CHARS);
  if (lineIsWhole) return WHOLE_LINE.test(line) ? line.length : 0;
  return window.length < WINDOW_CHARS && MAY_BECOME_MARK.test(line) ? undefined : 0;
}
