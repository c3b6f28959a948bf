import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Phone, PhoneCall } from '../../phone/phone.ts';
import { startAsteriskSimulator, type AsteriskSimulator } from './asterisk-simulator.ts';
import { AriProbe } from './testing/ari-probe.ts';
import { loudness, tone, writeSound } from './testing/sounds.ts';

let simulator: AsteriskSimulator;
let ari: AriProbe;
let phone: Phone;

beforeEach(async () => {
  simulator = await startAsteriskSimulator();
  ari = await AriProbe.connect(simulator);
  phone = simulator.phone();
});

afterEach(async () => {
  ari.close();
  await simulator.stop();
});

async function call(): Promise<{ id: string; caller: PhoneCall }> {
  const dialling = phone.dial('100', { callerNumber: '1002' });
  const id = await ari.answerNext();
  return { id, caller: await dialling };
}

describe('a call', () => {
  it('enters the application, is answered, hears a sound and hangs up', async () => {
    const media = await writeSound(simulator.mediaDir, 'hello', tone(300, 1000));
    const { id, caller } = await call();
    const start = await ari.event('StasisStart');
    expect(start).toMatchObject({
      args: ['default'],
      application: 'voicebot',
      channel: {
        id,
        state: 'Ring',
        caller: { name: '', number: '1002' },
        dialplan: { context: 'default', exten: '100', app_name: 'Stasis', app_data: 'voicebot,default' },
      },
    });
    const queued = await ari.request('POST', `/channels/${id}/play/p1`, { media });
    expect(queued).toEqual({
      status: 201,
      body: { id: 'p1', media_uri: media, target_uri: `channel:${id}`, language: 'en', state: 'queued' },
    });
    await ari.event('PlaybackFinished', ({ playback }) => playback?.state === 'done');
    await caller.hangup();
    await ari.event('StasisEnd');
    expect(await caller.ended).toMatchObject({ by: 'us' });
    expect(loudness(caller.heard().pcm).filter(([level]) => level > 0)).toContainEqual([1000, expect.any(Number)]);
    expect(ari.types()).toEqual([
      'StasisStart',
      'ChannelStateChange',
      'PlaybackStarted',
      'PlaybackFinished',
      'ChannelHangupRequest',
      'StasisEnd',
    ]);
    expect(simulator.leftovers()).toEqual({
      channels: [],
      bridges: [],
      liveRecordings: [],
      storedRecordings: [],
    });
  });
});
