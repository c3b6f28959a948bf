import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { tone } from '../../audio/tone.ts';
import { encodeWav } from '../../audio/wav.ts';
import { concatBytes } from '../../audio/pcm.ts';
import { silentLog } from '../../base/log.ts';
import type { SpeechApi } from '../server.ts';
import { EICAR, startClamdStandIn } from '../testing/clamd-stand-in.ts';
import type { ClamdStandIn } from '../testing/clamd-stand-in.ts';
import { ScriptedRecognizer } from '../testing/scripted-recognizer.ts';
import { scriptedVendor, serveSpeech } from '../testing/served.ts';
import { clamd } from './clamd.ts';
import { Guard } from './guard.ts';
import type { Failing } from './guard.ts';
import { moderation } from './moderation.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUps.splice(0).toReversed()) await close();
});

const WAV = encodeWav(tone(300, 500, 16_000));

async function scanning(failing: Failing, mostBytes?: number) {
  const scanner = await startClamdStandIn(mostBytes);
  cleanUps.push(() => scanner.close());
  const look = clamd({ kind: 'tcp', host: '127.0.0.1', port: scanner.port });
  const recognizer = new ScriptedRecognizer(() => 'слово');
  const api = await serveSpeech({
    vendors: [{ name: 'scripted', synthesizer: undefined, recognizer }],
    fileGuard: new Guard({ name: 'antivirus', look, failing, log: silentLog }),
  });
  cleanUps.push(() => api.close());
  const send = (file: Uint8Array) => {
    const body = new FormData();
    body.set('file', new Blob([file]), 'a.wav');
    return fetch(`${api.url}/v1/speech/stt`, { method: 'POST', body });
  };
  return { scanner, send, recognizer };
}

describe('recordings and ClamAV', () => {
  it('are heard when it finds nothing, however long they are', async () => {
    const { scanner, send } = await scanning('closed');
    const long = encodeWav(tone(300, 5000, 16_000));
    expect([(await send(WAV)).status, (await send(long)).status]).toEqual([200, 200]);
    expect(scanner.scanned).toEqual([WAV.byteLength, long.byteLength]);
  });

  it('are heard by nobody when it finds something, and the client is told what', async () => {
    const { send, recognizer } = await scanning('open');
    const answer = await send(concatBytes([WAV, Buffer.from(EICAR)]));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      error_code: 'CONTENT_REJECTED',
      details: { guard: 'antivirus', reason: 'Eicar-Signature' },
    });
    expect(recognizer.heard).toEqual([]);
  });

  it.each<[string, (scanner: ClamdStandIn) => unknown]>([
    ['is not there', (scanner) => scanner.close()],
    ['has a fault of its own', (scanner) => (scanner.mode = 'error')],
  ])('are refused or heard, as the operator says, when it %s', async (_, befall) => {
    for (const [failing, status] of [
      ['closed', 503],
      ['open', 200],
    ] as const) {
      const { scanner, send } = await scanning(failing);
      await befall(scanner);
      const answer = await send(WAV);
      expect(answer.status).toBe(status);
      if (status === 503) expect(await answer.json()).toMatchObject({ error_code: 'GUARD_UNAVAILABLE' });
    }
  });

  it('are refused when they are larger than it reads', async () => {
    const { send } = await scanning('closed', 10_000);
    expect(await (await send(WAV)).json()).toMatchObject({ error_code: 'GUARD_UNAVAILABLE' });
  });

  it('wait no longer than somebody waits for them', async () => {
    const scanner = await startClamdStandIn();
    cleanUps.push(() => scanner.close());
    scanner.mode = 'silent';
    const look = clamd({ kind: 'tcp', host: '127.0.0.1', port: scanner.port });
    const guard = new Guard({ name: 'antivirus', look, failing: 'open', log: silentLog });
    const gone = new AbortController();
    const passed = guard.pass(WAV, gone.signal);
    gone.abort(new Error('gone'));
    await expect(passed).rejects.toThrow('gone');
  });
});

async function moderated(failing: Failing, answer: (text: string) => string): Promise<SpeechApi> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => response.end(answer((JSON.parse(body) as { text: string }).text)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => new Promise((resolve) => server.close(resolve)));
  const look = moderation({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
  const api = await serveSpeech({
    vendors: [scriptedVendor('scripted')],
    textGuard: new Guard({ name: 'moderation', look, failing, log: silentLog }),
  });
  cleanUps.push(() => api.close());
  return api;
}

describe('texts and moderation', () => {
  const speak = async (api: SpeechApi, input: string) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ input });
    const answer = await fetch(`${api.url}/v1/audio/speech`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  };

  it('are spoken when it allows them, and no others', async () => {
    const api = await moderated('closed', (text) =>
      JSON.stringify({ allowed: text === 'Да', reason: 'rude' }),
    );
    expect([await speak(api, 'Да'), await speak(api, 'Нет')]).toEqual([200, 422]);
  });

  it.each(['<html>', '{"allowed": "yes"}', ' '.repeat(100_000)])(
    'are refused or spoken, as the operator says, when it answers %j',
    async (answer) => {
      expect(await speak(await moderated('closed', () => answer), 'Да')).toBe(503);
      expect(await speak(await moderated('open', () => answer), 'Да')).toBe(200);
    },
  );
});
