import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ParleyError } from '../base/errors.ts';
import type { SpeechApi } from '../speech-api/server.ts';
import { scriptedVendor, serveSpeech } from '../speech-api/testing/served.ts';
import { healthCommand } from './health.ts';

describe('parley health', () => {
  let api: SpeechApi;
  let printed: string;
  let status: number | undefined;
  beforeEach(() => {
    [printed, status] = ['', undefined];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void (printed += `${line}\n`));
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await api.close();
  });

  const run = (...args: string[]) =>
    healthCommand((ended) => (status = ended)).parseAsync(['--url', api.url, ...args], { from: 'user' });
  const speak = () =>
    fetch(`${api.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input: 'Да', response_format: 'wav' }),
    }).then((answer) => answer.arrayBuffer());

  it('shows the system, each provider, what is kept and how much is done', async () => {
    api = await serveSpeech();
    await speak();
    await speak();
    await run();
    expect(printed).toMatch(/scripted.*healthy.*speaks.*1.*100 %.*ms/);
    expect(printed).toContain('50 % of 2 hit');
    expect(printed).toContain('0 of 100 requests');
    expect(status).toBe(0);
  });

  it('says by its status that no provider is well', async () => {
    const error = new ParleyError('TTS_UNAVAILABLE', 'It is down.');
    api = await serveSpeech({ vendors: [scriptedVendor('down', { fault: { afterPieces: 0, error } })] });
    await speak();
    await run('--json');
    expect(JSON.parse(printed)).toMatchObject({ status: 'unhealthy' });
    expect(status).toBe(1);
  });

  it('says that nobody answers as the speech API does', async () => {
    api = await serveSpeech();
    await expect(run('--url', `${api.url}1`)).rejects.toMatchObject({ code: 'SPEECH_UNREACHABLE' });
  });
});
