import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../base/manual-clock.ts';
import { silentLog } from '../base/log.ts';
import { projectRoot } from '../base/project-root.ts';
import { readSettings } from '../config/settings.ts';
import { operated } from '../http/testing/operated.ts';
import type { Operated } from '../http/testing/operated.ts';
import { Campaigns } from '../outbound/campaigns/campaigns.ts';
import { IN_MEMORY } from '../outbound/campaigns/database.ts';
import { simulatedCallOut } from '../outbound/campaigns/rehearsal/callees.ts';
import { storeAtHand } from '../outbound/campaigns/store-questions.ts';
import { CampaignStore } from '../outbound/campaigns/store.ts';
import { EPOCH_MS, campaignText, listOf } from '../outbound/campaigns/testing/a-campaign.ts';
import { campaignCommand } from './campaign.ts';
import { ProgressLine } from './progress-line.ts';

describe('parley campaign', () => {
  let http: Operated;
  let clock: ManualClock;
  let campaigns: Campaigns;
  let port: number;
  let dir: string;
  let printed: string;
  let status: number | undefined;

  beforeEach(async () => {
    [printed, status] = ['', undefined];
    dir = mkdtempSync(join(tmpdir(), 'parley-campaign-'));
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => ((printed += String(text)), true));
    for (const name of ['log', 'error'] as const)
      vi.spyOn(console, name).mockImplementation((line: string) => void (printed += `${line}\n`));
    clock = new ManualClock();
    campaigns = new Campaigns({
      ...{ clock, log: silentLog, bots: () => ['reminder'], epochMs: () => EPOCH_MS + clock.nowMs() },
      store: storeAtHand(new CampaignStore(IN_MEMORY)),
      callOut: simulatedCallOut({ clock, seed: 1 }),
    });
    http = await operated({ campaigns });
    port = Number(new URL(await http.app.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await http.app.close();
    await campaigns.close();
    rmSync(dir, { recursive: true });
  });

  function parley(...words: readonly string[]): Promise<unknown> {
    const required = {
      ARI_USERNAME: 'u',
      ARI_PASSWORD: 'p',
      YANDEX_API_KEY: 'k',
      YANDEX_FOLDER_ID: 'f',
      OPENAI_API_KEY: 'k',
    };
    const settings = () => readSettings({ ...required, HTTP_PORT: String(port) });
    return campaignCommand(settings, (given) => void (status = given)).parseAsync([...words], {
      from: 'user',
    });
  }

  function file(more: Readonly<Record<string, unknown>> = {}, leads = listOf(5)): string {
    writeFileSync(join(dir, 'leads.csv'), leads);
    writeFileSync(join(dir, 'c.yaml'), campaignText({ leads: 'leads.csv', ...more }));
    return join(dir, 'c.yaml');
  }

  it('has the service call a list to its end, and writes what came of each', async () => {
    const path = file({}, `${listOf(5)}112\n`);
    let isOver = false;
    const ran = parley('run', path, '-o', join(dir, 'out.csv')).finally(() => (isOver = true));
    while (!isOver) {
      await clock.advance(60_000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await ran;
    expect(printed).toContain('line 7: is no telephone number [NUMBER_INVALID]');
    expect(printed).toContain('december: finished, 5 of 5 done');
    expect(status).toBe(0);
    const [head, ...lines] = readFileSync(join(dir, 'out.csv'), 'utf8').trimEnd().split('\r\n');
    expect(head).toBe('line,number,bot,timeZone,state,outcome,tries,cause,talkedSeconds,endedAt,call');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toMatch(/^2,'\+79161000001,reminder,Europe\/Moscow,done,\w+,1,.*december-2-1$/);
  });

  it('pauses, resumes and cancels, and says how far each has come', async () => {
    await parley('run', file(), '--detach');
    await parley('pause', 'december');
    expect(printed).toContain('december: paused, 0 of 5 done');
    await parley('resume', 'december');
    await parley('cancel', 'december');
    expect(printed).toContain('december: cancelled');
    await parley('status');
    expect(printed).toMatch(/december.*cancelled/);
    await expect(parley('resume', 'december')).rejects.toMatchObject({ code: 'CAMPAIGN_STATE' });
    await expect(parley('status', 'july')).rejects.toMatchObject({ code: 'CAMPAIGN_UNKNOWN' });
  });

  it('tells what is wrong with what it was given', async () => {
    await expect(parley('run', file({ concurency: 5 }))).rejects.toThrow('did you mean concurrency');
    await expect(parley('run', file({ bot: 'nobody' }))).rejects.toThrow('There is no bot "nobody"');
    await expect(parley('run', file({ leads: 'none.csv' }))).rejects.toMatchObject({ code: 'LEADS_INVALID' });
    writeFileSync(join(dir, 'leads.csv'), Buffer.from([0x6e, 0xe8, 0xec, 0x0a]));
    await expect(parley('rehearse', join(dir, 'c.yaml'))).rejects.toMatchObject({ code: 'LEADS_INVALID' });
    await http.app.close();
    await expect(parley('status')).rejects.toMatchObject({ code: 'CAMPAIGNS_UNREACHABLE' });
  });

  it('rehearses the example that is shipped, without a service', async () => {
    await http.app.close();
    const example = join(projectRoot(), 'examples/campaigns/reminders.yaml');
    await parley('rehearse', example, '--at', '2026-12-01T07:00:00Z');
    expect(printed).toContain('line 5: is on the do-not-call list [DO_NOT_CALL]');
    expect(printed).toContain('reminders-december: finished, 4 of 4 done');
    expect(printed).toContain('no limit was broken');
    expect(status).toBe(0);
  });
});

it('draws a bar over itself on a terminal, and a line now and then elsewhere', () => {
  const seen = { name: 'x', state: 'running', reason: null, outcomes: { reached: 1 }, live: 1 };
  const at = (done: number) => ({ ...seen, leads: { waiting: 3 - done, calling: 1, done, dropped: 0 } });
  const written = (isTTY: boolean) => {
    const out: string[] = [];
    const shown = new ProgressLine({ isTTY, columns: 80, write: (text: string) => (out.push(text), true) });
    for (const done of [0, 1, 2]) shown.show(at(done));
    shown.show({ ...at(3), state: 'finished', live: 0 });
    shown.end();
    return out;
  };
  expect(written(true)).toHaveLength(5);
  expect(
    written(true)[2]?.startsWith(`\r\x1b[K${'█'.repeat(12)}${'░'.repeat(12)} 50% x: running, 2 of 4 done`),
  ).toBe(true);
  expect(written(false)).toEqual([
    'x: running, 0 of 4 done (reached 1), 1 call now\n',
    'x: finished, 3 of 4 done (reached 1)\n',
  ]);
});
