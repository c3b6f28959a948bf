import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { certifyCommand } from './certify.ts';

const FILE = fileURLToPath(import.meta.url);
const chat = (port: number) => ['--proxy', `chat=${port},http://127.0.0.1:9`];

/** Before a call is made or a port taken. */
it.each([
  ['two proxies of one name', [...chat(8401), ...chat(8402)], 'Two of the proxies are called chat.'],
  ['a proxy without an address', ['--proxy', 'chat=8401'], '--proxy chat=8401 is not like'],
  ['a page that cannot be written', ['--html', `${FILE}/page.html`], '--html: '],
  ['no lines to say', ['--voice', '/nowhere'], 'question.wav cannot be said'],
])('takes no command line with %s', async (_what, args, message) => {
  const command = certifyCommand(() => undefined);
  const run = command.parseAsync(['node', 'certify', 'sip:100@127.0.0.1:9', ...args]);
  await expect(run).rejects.toMatchObject({ code: 'DIAL_OPTION_INVALID' });
  await expect(run).rejects.toThrow(message);
});
