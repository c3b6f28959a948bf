import { afterEach, describe, expect, it } from 'vitest';
import { toSamples } from '../audio/pcm.ts';
import { tone } from '../audio/tone.ts';
import { shaped } from './formats/shaped.ts';
import type { SpeechApi } from './server.ts';
import { readSsml } from './ssml.ts';
import { scriptedVendor, serveSpeech } from './testing/served.ts';

let api: SpeechApi | undefined;
afterEach(async () => {
  await api?.close();
  api = undefined;
});

async function spoken(body: object) {
  const headers = { 'content-type': 'application/json' };
  const given = JSON.stringify({ format: 'pcm', ...body });
  const answer = await fetch(`${api?.url}/v1/speech/tts`, { method: 'POST', headers, body: given });
  return (await answer.json()) as Record<string, unknown> & { details: { warnings: object[] } };
}

const samplesOf = (told: Record<string, unknown>) =>
  toSamples({ sampleRateHz: 24_000, data: Buffer.from(String(told['audio']), 'base64') });

describe('speech in another shape', () => {
  it('is louder, softer or silent as it is asked for, and clipped where there is no more room', async () => {
    api = await serveSpeech();
    const [plain, louder, silent] = await Promise.all(
      [1, 2, 0].map(async (volume) => samplesOf(await spoken({ text: 'Да', volume }))),
    );
    expect(louder?.[100]).toBe(2 * (plain?.[100] ?? 0));
    expect(silent?.every((sample) => sample === 0)).toBe(true);
  });

  it('is asked for slower where it is to sound higher, and is as long as it would be', async () => {
    const vendor = scriptedVendor('scripted');
    api = await serveSpeech({ vendors: [vendor] });
    await spoken({ text: 'Да', pitch: 2, speed: 1 });
    expect(vendor.scripted.attempts[0]?.request.voice.speed).toBe(0.5);
  });

  it('sounds higher also where a minute of it comes in one piece', async () => {
    const sampleRateHz = 24_000;
    const { data } = tone(400, 60_000, sampleRateHz);
    const pieces = (async function* () {
      yield data;
      yield data;
    })();
    let bytes = 0;
    for await (const piece of shaped({ sampleRateHz, pieces }, { pitch: 2, volume: 1 }))
      bytes += piece.byteLength;
    expect(bytes).toBe(data.byteLength);
  });

  it.each([0.5, 1.3, 2])('sounds %s times as high, however it was cut into pieces', async (pitch) => {
    const sampleRateHz = 24_000;
    const { data } = tone(400, 1000, sampleRateHz);
    const crossings = async (pieceBytes: number) => {
      const pieces = (async function* () {
        for (let at = 0; at < data.byteLength; at += pieceBytes) yield data.subarray(at, at + pieceBytes);
      })();
      let count = 0;
      let samples = 0;
      let last = 0;
      for await (const piece of shaped({ sampleRateHz, pieces }, { pitch, volume: 1 }))
        for (const sample of toSamples({ sampleRateHz, data: piece })) {
          if (last < 0 && sample >= 0) count++;
          last = sample;
          samples++;
        }
      return { hz: count / (samples / sampleRateHz), samples };
    };
    const whole = await crossings(data.byteLength);
    expect(Math.abs(whole.hz - 400 * pitch)).toBeLessThan(5 * pitch);
    expect(await crossings(6)).toEqual(whole);
  });

  it('pauses where SSML says so, for every provider, and says which elements change nothing', async () => {
    const vendor = scriptedVendor('scripted');
    api = await serveSpeech({ vendors: [vendor] });
    const text =
      '<speak>Добрый <emphasis>день</emphasis><break time="500ms"/><sub alias="метра">м</sub></speak>';
    const told = await spoken({ text, ssml: true });
    expect(vendor.scripted.attempts.map(({ request }) => request.text)).toEqual(['Добрый день', 'метра']);
    expect(told).toMatchObject({ duration: 1.1, details: { warnings: [{ field: 'ssml' }] } });
    expect([...samplesOf(told).subarray(7200, 7200 + 12_000)].every((sample) => sample === 0)).toBe(true);
  });

  it.each([
    ['no SSML at all', 'Добрый день'],
    ['an element that is not closed', '<speak><p>Добрый день</speak>'],
    ['a break without a unit', '<speak>а<break time="5"/>б</speak>'],
    ['an hour of silence', `<speak>а${'<break time="10s"/>'.repeat(7)}б</speak>`],
  ])('refuses %s', (_, ssml) => {
    expect(() => readSsml(ssml)).toThrow(/VALIDATION_ERROR/);
  });

  it('tells that a voice has no such manner of speaking, and speaks in its own', async () => {
    const vendor = scriptedVendor('scripted');
    api = await serveSpeech({ vendors: [vendor] });
    const told = await spoken({ text: 'Да', voice: 'anna', emotion: 'evil' });
    expect(told.details.warnings).toMatchObject([{ field: 'emotion' }]);
    expect(vendor.scripted.attempts[0]?.request.voice.role).toBeUndefined();
    const well = await spoken({ text: 'Нет', voice: 'anna', emotion: 'good' });
    expect(well.details.warnings).toEqual([]);
    expect(vendor.scripted.attempts[1]?.request.voice.role).toBe('good');
  });

  it('comes as events for who asks so', async () => {
    api = await serveSpeech();
    const answer = await fetch(`${api.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        input: 'Да',
        stream_format: 'sse',
        response_format: 'pcm',
        instructions: 'Sing.',
      }),
    });
    const events = (await answer.text())
      .split('\n\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line.replace('data: ', '')) as { type: string; audio?: string });
    expect(events.at(-1)?.type).toBe('speech.audio.done');
    const bytes = events.flatMap(({ audio }) => [...Buffer.from(audio ?? '', 'base64')]);
    expect(bytes).toHaveLength(7200 * 2);
  });
});
