import { describe, expect, it } from 'vitest';
import { readCsv } from './csv.ts';
import { readLeads } from './read-leads.ts';
import type { LeadsOptions } from './read-leads.ts';

const options: LeadsOptions = {
  country: 'RU',
  timeZone: 'Europe/Moscow',
  doNotCall: undefined,
  isBot: (name) => name === 'reminder',
};

const read = (text: string, more: Partial<LeadsOptions> = {}) => readLeads(text, { ...options, ...more });
const numbers = (text: string) => read(text).leads.map(({ number }) => number);
const faults = (text: string, more: Partial<LeadsOptions> = {}) =>
  read(text, more).faults.map(({ line, code }) => `${line} ${code}`);

describe('a list of leads', () => {
  it.each([
    ['commas', 'number,name\n89161234501,Анна\n'],
    ['semicolons, a byte order mark and CRLF', '\uFEFFName;Phone\r\nАнна;8 (916) 123-45-01\r\n'],
    ['tabs, and the number last', 'name\tтелефон\nАнна\t79161234501'],
    ['quotes', '"name","number"\n"Анна","+7 916 123-45-01"\n'],
    ["Excel's own first line", 'sep=;\r\nnumber;name\r\n89161234501;Анна\r\n'],
    ['marks that nobody sees', 'number,name\n\u202A+7\u00A0916 123\u201145\u201101\u202C,Анна\n'],
    ['lone CR', 'number,name\r+79161234501,Анна\r'],
    ['JSON', '[{"number": "9161234501", "name": "Анна"}]'],
    ['JSON with variables', '[{"phone": 89161234501, "variables": {"name": "Анна"}}]'],
  ])('is read with %s', (_, text) => {
    const { leads, faults } = read(text);
    expect(faults).toEqual([]);
    const [{ number, variables } = { number: '', variables: {} }] = leads;
    expect(number).toBe('+79161234501');
    expect(Object.values(variables)).toEqual(['Анна']);
  });

  it('leaves out who costs whoever calls more, as an order of one call does', () => {
    const text = 'number\n+7 809 123-45-67\n+44 909 879 0000\n+79161234501';
    expect(faults(text)).toEqual(['2 NUMBER_REFUSED', '3 NUMBER_REFUSED']);
    expect(read(text).faults[0]?.told).toBe('is a number that costs whoever calls it more');
    expect(numbers(text)).toEqual(['+79161234501']);
  });

  it('tells each line that cannot be called, by the line of the file and not of the table', () => {
    const text = [
      'number,note,bot,time zone',
      '+79161234501,"two',
      'lines, and ""quoted""",,',
      '',
      ',nobody,,',
      '7.91612E+10,spoilt by a spreadsheet,,',
      '8 916 123 45 01,again,,',
      '+79161234502,blocked,,',
      '+79161234503,,,Mars/Olympus',
      '+79161234504,,another,',
      '+79161234505,too,few',
      '112,,,',
      '+79161234506,well,reminder,Asia/Omsk',
    ].join('\n');
    expect(faults(text, { doNotCall: '# those\n8 (916) 123-45-02; asked in May\n' })).toEqual([
      '5 NUMBER_MISSING',
      '6 NUMBER_INVALID',
      '7 DUPLICATE',
      '8 DO_NOT_CALL',
      '9 TIME_ZONE_UNKNOWN',
      '10 BOT_UNKNOWN',
      '11 CELLS',
      '12 NUMBER_INVALID',
    ]);
    expect(numbers(text)).toContain('+79161234506');
    expect(read(text).leads[0]).toMatchObject({ line: 2, variables: { note: 'two\nlines, and "quoted"' } });
    expect(read(text).leads.at(-1)).toMatchObject({ line: 13, bot: 'reminder', timeZone: 'Asia/Omsk' });
  });

  it.each<[string, string, string[]?]>([
    ['in another column', 'name;phone\nАнна;"8 916 123-45-02"\n'],
    ['behind remarks', 'Анна, with marks,\u200E+7 916 123 45 02\n'],
    ['with an extension', '8 916 123-45-02 доб. 5'],
    ['beside a name', 'Анна 8 916 123-45-02 (дом)'],
    ['beside another one', '89161234503 89161234502'],
    ['with names of columns alone', 'phone\n', []],
    ['with nothing', '', []],
    ['that was struck out', '# 8 916 123-45-02\n+79161234503', []],
  ])('calls nobody who is on the do-not-call list %s', (_, doNotCall, told = ['2 DO_NOT_CALL']) => {
    expect(faults('number\n+79161234502\n', { doNotCall })).toEqual(told);
  });

  it('is refused with a list of those not to be called in which nobody stands', () => {
    expect(() => read('number\n+79161234502\n', { doNotCall: 'name\nАнна\nПётр\n' })).toThrow(
      'LEADS_INVALID',
    );
  });

  it('tells the lines of JSON too', () => {
    const text =
      '[\n  {"number": "+79161234501", "note": "a ] \\" ["},\n\n  "x",\n  {"number": "1"}, {"number": "+79161234502", "n": [1]}\n]';
    expect(faults(text)).toEqual(['4 NOT_AN_OBJECT', '5 NUMBER_INVALID', '5 VALUE_INVALID']);
  });

  it.each([
    ['', 'empty'],
    ['name\nАнна\n', 'no column is named number'],
    ['number,phone\n1,2\n', '2 columns are named number'],
    ['number,a,a\n1,2,3\n', 'named as column 2'],
    ['number,\n1,2\n', 'column 2 has no name'],
    ['number,"a\n1,2\n', 'Line 1: nothing closes the quote'],
    ['[{"number": 1}', 'begins as JSON and is none'],
  ])('is refused as a whole where nobody can say what it means: %j', (text, told) => {
    expect(() => read(text)).toThrow(told);
  });

  it.each([
    ['+74951234567', 'Europe/Moscow'],
    ['+73832123456', 'Asia/Novosibirsk'],
    ['+74232123456', 'Asia/Vladivostok'],
    ['+79161234501', 'Europe/Kaliningrad'],
    ['+97225012345', 'Asia/Jerusalem'],
    ['+493012345678', 'Europe/Berlin'],
    ['+12125550123', 'Europe/Kaliningrad'],
  ])(
    'takes the clocks of %s from the number where that leaves no doubt, else from the campaign',
    (number, timeZone) => {
      const { leads } = read(`number\n${number}\n`, { timeZone: 'Europe/Kaliningrad' });
      expect(leads[0]?.timeZone).toBe(timeZone);
    },
  );
});

it('reads what CSV a table is written as, whatever stands in its cells', () => {
  const cells = ['', 'a', '"', 'a""b', ';', ',', '\t', '\n', '\r\n', ' x ', '"a"'];
  for (const delimiter of [',', ';', '\t'])
    for (const end of ['\n', '\r\n', '\r']) {
      const rows = [['one', 'two', 'three'], ...cells.flatMap((a) => cells.map((b) => [a, b, 'end']))];
      const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
      const text = rows.map((row, at) => row.map(at === 0 ? String : quoted).join(delimiter)).join(end);
      const readBack = readCsv(text);
      expect('rows' in readBack && readBack.rows.map((row) => row.cells)).toEqual(rows);
    }
});
