/** A PDF as small as one can be, written by hand: one page, one line under another. */

export interface PdfLine {
  readonly text: string;
  /** Points. */
  readonly size: number;
  /** To the line above, in points. */
  readonly below: number;
}

/** A letter is two bytes, its own code; the font is not in the file, its map to Unicode is: PDF 32000-1, 9.10.3. */
const TO_UNICODE = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def
1 begincodespacerange <0000> <FFFF> endcodespacerange
1 beginbfrange <0000> <FFFF> <0000> endbfrange
endcmap end end`;

export function handMadePdf(lines: readonly PdfLine[], title?: string): Uint8Array {
  const shown = lines.map(({ text, size, below }) => `/F1 ${size} Tf 0 ${-below} Td <${hex(text)}> Tj`);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    stream(`BT 50 800 Td ${shown.join('\n')} ET`),
    '<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>',
    '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 8 0 R /DW 500 >>',
    stream(TO_UNICODE),
    '<< /Type /FontDescriptor /FontName /Own /Flags 4 /FontBBox [0 0 500 700] /ItalicAngle 0 /Ascent 700 /Descent 0 /CapHeight 700 /StemV 80 >>',
    `<< /Title <FEFF${hex(title ?? '')}> >>`,
  ];
  let file = '%PDF-1.7\n';
  const offsets: number[] = [];
  objects.forEach((object, at) => {
    offsets.push(file.length);
    file += `${at + 1} 0 obj\n${object}\nendobj\n`;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const info = title === undefined ? '' : '/Info 9 0 R ';
  const size = objects.length + 1;
  const start = file.length;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer << /Size ${size} /Root 1 0 R ${info}>>\nstartxref\n${start}\n%%EOF\n`;
  return new TextEncoder().encode(file);
}

function stream(content: string): string {
  return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

/** UTF-16, big-endian. */
function hex(text: string): string {
  return Array.from({ length: text.length }, (_, at) =>
    text.charCodeAt(at).toString(16).padStart(4, '0'),
  ).join('');
}
