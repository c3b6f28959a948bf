/** What the shipped configuration of Asterisk shows by example must work as it stands: a trunk, and a queue. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../src/base/project-root.ts';
import { startAsterisk, type AsteriskServer } from '../../src/lab/local-asterisk/asterisk-server.ts';
import { describeAsterisk } from '../support/describe-asterisk.ts';

/** The example, with a provider that can be named without asking anybody: nobody is there. */
async function example(directory: string): Promise<string> {
  const file = join(projectRoot(), 'asterisk', directory, 'trunk.conf.example');
  return (await readFile(file, 'utf8')).replaceAll('sip.example.net', '127.0.0.99');
}

await describeAsterisk("Asterisk's examples", (installation) => {
  let asterisk: AsteriskServer;

  beforeAll(async () => {
    const [pjsip, dialplan] = await Promise.all([example('pjsip.d'), example('extensions.d')]);
    asterisk = await startAsterisk({ installation, pjsip, dialplan });
  });
  afterAll(() => asterisk?.stop());

  it('make a trunk that registers, and whose number reaches the bot and nothing else', async () => {
    expect(await asterisk.command('pjsip show registration trunk-registration')).toMatch(
      /server_uri +: sip:127\.0\.0\.99/,
    );
    expect(await asterisk.command('pjsip show endpoint trunk')).toMatch(/context +: from-trunk/);
    expect(await asterisk.command('pjsip show identify trunk')).toContain('127.0.0.99');
    const dialled = await asterisk.command('dialplan show from-trunk');
    expect(dialled).toContain('Stasis(voicebot,default)');
    expect(dialled).toContain('1 extension (3 priorities)');
  });

  it('have a queue that the dialplan can send callers to', async () => {
    expect(await asterisk.command('core show application Queue')).toContain('Queue(');
    const queue = await asterisk.command('queue show support');
    expect(queue).toContain('PJSIP/1001');
    expect(queue).toContain('PJSIP/1002');
  });
});
