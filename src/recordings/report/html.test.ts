import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from './html.ts';

describe('HTML', () => {
  it('shows hostile text as text', () => {
    const hostile = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>";
    expect(String(html`<p title="${hostile}">${hostile}</p>`)).not.toMatch(/<script|<img|'/);
  });

  it('keeps its own pieces, lists of them, and leaves out what is not there', () => {
    const words = ['a', '<b>'].map((word) => html`<i>${word}</i>`);
    expect(String(html`<p>${words}${undefined}${false}${0}</p>`)).toBe('<p><i>a</i><i>&lt;b&gt;</i>0</p>');
  });

  it('lets no text turn the page around: control characters and direction overrides become visible', () => {
    expect(String(html`${'a\u202eb\u0000c\nd'}`)).toBe('a\ufffdb\ufffdc d');
  });

  it('never lets a text begin a tag, an entity or end a quote', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(String(html`${text}`).replaceAll(/&(amp|lt|gt|quot|#39);/g, '')).not.toMatch(/[&<>"']/);
      }),
    );
  });
});
