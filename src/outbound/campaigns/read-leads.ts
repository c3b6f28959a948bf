/** From the text of a list to those who are to be called. What cannot be called is left out and told of, each with its line. */
import { ParleyError, isParleyError } from '../../base/errors.ts';
import { callableNumber } from '../callable-number.ts';
import { readCsv } from './csv.ts';
import { dialledNumber, numbersInText } from './dialled-number.ts';
import { linesOfItems } from './json-rows.ts';
import { LEAD_FAULTS } from './lead.ts';
import type { Lead, LeadFault, LeadFaultCode } from './lead.ts';
import { zoneOfNumber } from './zone-of-number.ts';

export interface LeadsOptions {
  /** Where numbers without a country code are dialled, two letters. */
  readonly country: string;
  /** Of those whose own is neither given nor told by their number. */
  readonly timeZone: string;
  /** The text of a list of numbers: every number in any cell of a line; the rest is remarks, and so is what follows #. */
  readonly doNotCall: string | undefined;
  readonly isBot: (name: string) => boolean;
}

export interface ReadLeads {
  readonly leads: readonly Lead[];
  readonly faults: readonly LeadFault[];
}

/** More is another kind of work, and of law. */
const MOST_LEADS = 100_000;

const LONGEST_VALUE = 1000;

/** Names of a column, in small letters and without spaces, `_` and `-`. */
const NUMBER_NAMES = ['number', 'phone', 'phonenumber', 'telephone', 'tel', 'to', 'телефон', 'номер'];
const ZONE_NAMES = ['timezone', 'zone', 'tz', 'часовойпояс'];
const BOT_NAMES = ['bot', 'бот'];

const VARIABLE_NAME = /^[\p{L}_][\p{L}\p{N}_.-]{0,63}$/u;

interface Row {
  readonly line: number;
  readonly number: string;
  readonly bot: string;
  readonly timeZone: string;
  readonly variables: Readonly<Record<string, string>>;
}

type ReadRow = Row | LeadFault;

/** CSV with a line of names, or a JSON array of objects. Throws LEADS_INVALID where it is neither, or holds too many. */
export function readLeads(text: string, options: LeadsOptions): ReadLeads {
  const rows = /^\uFEFF?\s*\[/.test(text) ? jsonRows(text) : csvRows(text);
  if (rows.length > MOST_LEADS)
    throw new ParleyError(
      'LEADS_INVALID',
      `There are ${rows.length} leads; at most ${MOST_LEADS} are taken.`,
    );
  const blocked = numbersOf(options.doNotCall ?? '', options.country);
  const firstLines = new Map<string, number>();
  const leads: Lead[] = [];
  const faults: LeadFault[] = [];
  for (const row of rows) {
    const read = 'code' in row ? row : leadOf(row, options, blocked, firstLines);
    if ('code' in read) faults.push(read);
    else {
      firstLines.set(read.number, read.line);
      leads.push(read);
    }
  }
  return { leads, faults };
}

function leadOf(
  { line, number: written, bot, timeZone, variables }: Row,
  options: LeadsOptions,
  blocked: ReadonlySet<string>,
  firstLines: ReadonlyMap<string, number>,
): Lead | LeadFault {
  if (written === '') return fault(line, 'NUMBER_MISSING');
  const number = dialledNumber(written, options.country);
  if (!number) return fault(line, 'NUMBER_INVALID');
  const { e164, country } = number;
  const refused = whyRefused(e164);
  if (refused !== undefined) return fault(line, 'NUMBER_REFUSED', refused);
  const first = firstLines.get(e164);
  if (first !== undefined) return fault(line, 'DUPLICATE', `has the number of line ${first}`);
  if (blocked.has(e164)) return fault(line, 'DO_NOT_CALL');
  if (timeZone !== '' && !isTimeZone(timeZone)) return fault(line, 'TIME_ZONE_UNKNOWN');
  if (bot !== '' && !options.isBot(bot)) return fault(line, 'BOT_UNKNOWN');
  if (Object.values(variables).some((value) => value.length > LONGEST_VALUE))
    return fault(line, 'VALUE_TOO_LONG');
  const zone = timeZone === '' ? zoneOfNumber(e164, country) : timeZone;
  return {
    line,
    number: e164,
    bot: bot === '' ? undefined : bot,
    timeZone: zone ?? options.timeZone,
    variables,
  };
}

/** As of any number that Parley calls, in a clause; undefined if it may be called. */
function whyRefused(e164: string): string | undefined {
  try {
    callableNumber(e164);
    return undefined;
  } catch (error) {
    if (!isParleyError(error, 'NUMBER_INVALID')) throw error;
    return error.detail.replace(/^What is to be called |\.$/g, '');
  }
}

/**
 * A list of numbers, E.164, in whichever column they stand, also with words or an extension in the same cell: whoever reads past one calls
 * somebody who must not be called. What is no number is no harm. Throws LEADS_INVALID
 * where lines hold none at all: that is another list, and who must not be called would be.
 */
export function numbersOf(text: string, country: string): ReadonlySet<string> {
  const lines = text.replace(/^\uFEFF/, '').split(/[\r\n]+/);
  const cells = lines.flatMap((line) => (line.split('#', 1)[0] ?? '').split(/[,;\t]/));
  const numbers = cells.flatMap((cell) => {
    const plain = cell.replaceAll('"', '');
    return dialledNumber(plain, country)?.e164 ?? numbersInText(plain, country);
  });
  // The first line may be the columns' names, of a list that nobody is on.
  if (numbers.length === 0 && lines.filter((line) => line.trim() !== '').length > 1)
    throw new ParleyError('LEADS_INVALID', 'The do-not-call list holds no number that could be called.');
  return new Set(numbers);
}

function csvRows(text: string): readonly ReadRow[] {
  const read = readCsv(text);
  if ('openQuoteLine' in read)
    throw new ParleyError(
      'LEADS_INVALID',
      `Line ${read.openQuoteLine}: nothing closes the quote that begins there.`,
    );
  const [header, ...rows] = read.rows;
  if (!header) throw new ParleyError('LEADS_INVALID', 'The list of leads is empty.');
  const columns = columnsOf(header.cells.map((name) => name.trim()));
  return rows.map(({ line, cells }) => {
    if (cells.length !== header.cells.length) return fault(line, 'CELLS');
    const cell = (at: number | undefined) => (at === undefined ? '' : (cells[at] ?? '').trim());
    return {
      line,
      number: cell(columns.number),
      bot: cell(columns.bot),
      timeZone: cell(columns.timeZone),
      variables: Object.fromEntries(columns.variables.map(([name, at]) => [name, cell(at)])),
    };
  });
}

function columnsOf(names: readonly string[]) {
  const known = names.map(kindOf);
  const numbers = known.filter((kind) => kind === 'number').length;
  if (numbers !== 1)
    throw new ParleyError(
      'LEADS_INVALID',
      `Line 1: ${numbers === 0 ? 'no column is' : `${numbers} columns are`} named number (or phone, tel, to, телефон, номер); expected one.`,
    );
  const variables = names.flatMap((name, at) => (known[at] === undefined ? [[name, at] as const] : []));
  for (const [name, at] of variables) {
    const isTwice = names.indexOf(name) !== at;
    if (!VARIABLE_NAME.test(name) || isTwice)
      throw new ParleyError(
        'LEADS_INVALID',
        `Line 1: column ${at + 1} ${name === '' ? 'has no name' : isTwice ? `is named as column ${names.indexOf(name) + 1}` : 'has a name that no variable can have; expected letters, digits and _'}.`,
      );
  }
  const at = (kind: Kind) => (known.includes(kind) ? known.indexOf(kind) : undefined);
  return { number: at('number'), bot: at('bot'), timeZone: at('timeZone'), variables };
}

type Kind = 'number' | 'bot' | 'timeZone';

/** Nothing: it is a variable. */
function kindOf(name: string): Kind | undefined {
  const plain = name.toLowerCase().replaceAll(/[ _-]/g, '');
  if (NUMBER_NAMES.includes(plain)) return 'number';
  if (ZONE_NAMES.includes(plain)) return 'timeZone';
  return BOT_NAMES.includes(plain) ? 'bot' : undefined;
}

function jsonRows(text: string): readonly ReadRow[] {
  const content = text.replace(/^\uFEFF/, '');
  let items: unknown;
  try {
    items = JSON.parse(content);
  } catch (cause) {
    throw new ParleyError('LEADS_INVALID', 'The list of leads begins as JSON and is none.', { cause });
  }
  if (!Array.isArray(items)) throw new ParleyError('LEADS_INVALID', 'The list of leads is no array.');
  const lines = linesOfItems(content);
  return items.map((item: unknown, at) => rowOf(item, lines[at] ?? 1));
}

function rowOf(item: unknown, line: number): ReadRow {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return fault(line, 'NOT_AN_OBJECT');
  const known: Record<Kind, string> = { number: '', bot: '', timeZone: '' };
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(item as Readonly<Record<string, unknown>>)) {
    const given: readonly (readonly [string, unknown])[] =
      name === 'variables' && typeof value === 'object' && value !== null
        ? Object.entries(value)
        : [[name, value]];
    for (const [each, content] of given) {
      const written = textOf(content);
      if (written === undefined) return fault(line, 'VALUE_INVALID');
      const kind = given.length === 1 && each === name ? kindOf(each) : undefined;
      if (kind) known[kind] = written.trim();
      else if (VARIABLE_NAME.test(each)) variables[each] = written;
      else return fault(line, 'VALUE_INVALID', 'has a key that no variable can have');
    }
  }
  return { line, ...known, variables };
}

function textOf(value: unknown): string | undefined {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function fault(line: number, code: LeadFaultCode, told: string = LEAD_FAULTS[code]): LeadFault {
  return { line, code, told };
}

const zones = new Map<string, boolean>();

function isTimeZone(name: string): boolean {
  let known = zones.get(name);
  if (known === undefined) {
    try {
      new Intl.DateTimeFormat('en-US', { timeZone: name });
      known = true;
    } catch {
      known = false;
    }
    // Lists are written by others: what they name must not fill the memory.
    if (known) zones.set(name, known);
  }
  return known;
}
