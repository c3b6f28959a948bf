/** The frame of every page that is made here: one file that holds all it needs and can load nothing. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../base/project-root.ts';
import { Html, html } from './html.ts';

export interface PageOptions {
  readonly title: string;
  readonly body: Html;
  /** Files of web/report, without their ending; `page` comes before all of them. */
  readonly styles: readonly string[];
  /** Another of them, a module, and what then begins it. */
  readonly script?: { readonly file: 'player.js'; readonly start: string };
}

/**
 * The document. Its policy lets the browser run this style and this script and nothing else: even a text that came through unescaped
 * would stay without effect.
 */
export async function pageOf({ title, body, styles, script }: PageOptions): Promise<string> {
  const sheets = await Promise.all(['page', ...styles].map((name) => webFile(`${name}.css`)));
  const style = sheets.join('\n');
  const code = script ? `${await webFile(script.file)}\n${script.start}\n` : undefined;
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    ...(code ? [`script-src '${hashOf(code)}'`, 'media-src data:'] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  // Put in as they are, to the letter: the policy names them by their hash.
  const styleElement = new Html(`<style>${style}</style>`);
  const scriptElement = code === undefined ? undefined : new Html(`<script type="module">${code}</script>`);
  const page = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <title>${title}</title>
      ${styleElement}
    </head>
    <body>
      ${body}${scriptElement}
    </body>
  </html>`;
  return `<!doctype html>\n${page.toString()}\n`;
}

function webFile(name: string): Promise<string> {
  return readFile(join(projectRoot(), 'web/report', name), 'utf8');
}

/** As a policy names what it allows. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
