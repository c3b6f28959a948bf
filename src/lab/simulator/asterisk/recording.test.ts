import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeWav } from '../../../audio/wav.ts';
import { Simulated } from './testing/simulated.ts';
import { levels, tone, writeSound } from './testing/sounds.ts';

const on = new Simulated();
beforeEach(() => on.start());
afterEach(() => on.stop());
const wav = { format: 'wav', ifExists: 'fail' };

async function snooped() {
  const { id, caller } = await on.call();
  const snoop = { spy: 'in', app: 'voicebot', appArgs: 'snoop,x' };
  const answer = await on.ari.request('POST', `/channels/${id}/snoop/sn1`, snoop);
  return { id, caller, answer };
}

const record = (channel: string, name: string) =>
  on.ari.request('POST', `/channels/${channel}/record`, { name, ...wav });
const message = (status: number, text: string) => ({ status, body: { message: text } });

describe('a snoop channel', () => {
  it('enters the application with its own arguments, up', async () => {
    const { id, answer } = await snooped();
    expect(answer).toMatchObject({ status: 200, body: { id: 'sn1', state: 'Up' } });
    expect(await on.ari.event('StasisStart', ({ channel }) => channel?.id === 'sn1')).toMatchObject({
      args: ['snoop', 'x'],
      channel: { name: expect.stringContaining(`Snoop/${id}-`) as string },
    });
  });

  it('records what the caller says while the bot talks, and nothing of the bot', async () => {
    const { id, caller } = await snooped();
    const media = await writeSound(on.simulator.mediaDir, 'bot', tone(600, 3000));
    await record('sn1', 'r1');
    await on.ari.request('POST', `/channels/${id}/play/p1`, { media });
    await caller.say(tone(200, 700));
    await on.ari.request('POST', '/recordings/live/r1/stop');
    const file = await on.ari.fetch('GET', '/recordings/stored/r1/file');
    expect(file.headers.get('content-type')).toBe('audio/wav');
    const pcm = decodeWav(new Uint8Array(await file.arrayBuffer()));
    expect(pcm.sampleRateHz).toBe(8000);
    const runs = levels(pcm);
    expect(runs.filter(([level]) => level > 0)).toEqual([[700, 200]]);
    expect(levels(caller.heard().pcm)[1]?.[0]).toBe(3000);
  });

  it('ends with the channel that it listens to, and its recording is kept', async () => {
    const { caller } = await snooped();
    await record('sn1', 'r1');
    await caller.hangup();
    await on.ari.event('StasisEnd', ({ channel }) => channel?.id === 'sn1');
    const tail = on.ari.events
      .slice(-4)
      .map(({ type, channel, recording }) => [type, channel?.id ?? recording?.state]);
    expect(tail.slice(2)).toEqual([
      ['RecordingFinished', 'done'],
      ['StasisEnd', 'sn1'],
    ]);
    expect(on.simulator.leftovers()).toMatchObject({
      channels: [],
      liveRecordings: [],
      storedRecordings: ['r1'],
    });
  });

  it('is refused as Asterisk refuses it', async () => {
    const { id } = await snooped();
    const ask = (channel: string, query: Record<string, string>, snoopId = 'sn2') =>
      on.ari.request('POST', `/channels/${channel}/snoop/${snoopId}`, query);
    const app = 'voicebot';
    expect(await ask(id, { spy: 'in', app }, 'sn1')).toEqual(
      message(500, 'Snoop channel could not be created'),
    );
    expect(await ask(id, { spy: 'x', app })).toEqual(message(400, 'Invalid direction specified for spy'));
    expect(await ask(id, { spy: 'in' })).toEqual(message(400, 'Application name is required'));
    expect(await ask('none', { spy: 'in', app })).toEqual(message(404, 'Provided channel was not found'));
  });
});

describe('a recording', () => {
  it('answers queued, starts, and tells its whole seconds at the end', async () => {
    const { id, caller } = await on.call();
    expect(await record(id, 'r1')).toEqual({
      status: 201,
      body: { name: 'r1', format: 'wav', state: 'queued', target_uri: `channel:${id}` },
    });
    expect(await on.ari.event('RecordingStarted')).toMatchObject({ recording: { state: 'recording' } });
    await caller.say(tone(1040, 500));
    await on.ari.request('POST', '/recordings/live/r1/stop');
    expect(await on.ari.event('RecordingFinished')).toMatchObject({
      recording: { name: 'r1', state: 'done', duration: 1 },
    });
    expect(await on.ari.request('POST', '/recordings/live/r1/stop')).toEqual(
      message(404, 'Recording not found'),
    );
  });

  it('is not made twice under one name, live or stored, until that is deleted', async () => {
    const { id } = await on.call();
    const exists = message(409, "Recording 'r1' already exists and can not be overwritten");
    await record(id, 'r1');
    expect(await record(id, 'r1')).toEqual(exists);
    await on.ari.request('POST', '/recordings/live/r1/stop');
    expect(await record(id, 'r1')).toEqual(exists);
    expect(await on.ari.request('GET', '/recordings/stored')).toEqual({
      status: 200,
      body: [{ name: 'r1', format: 'wav' }],
    });
    expect(await on.ari.request('DELETE', '/recordings/stored/r1')).toMatchObject({ status: 204 });
    expect(await on.ari.request('DELETE', '/recordings/stored/r1')).toEqual(
      message(404, 'Recording not found'),
    );
    expect(await record(id, 'r1')).toMatchObject({ status: 201 });
  });

  it('holds up the playback behind it on the same channel', async () => {
    const { id } = await on.call();
    const media = await writeSound(on.simulator.mediaDir, 'short', tone(40, 1000));
    await record(id, 'r1');
    await on.ari.request('POST', `/channels/${id}/play/p1`, { media });
    expect(await on.ari.request('GET', '/playbacks/p1')).toMatchObject({ body: { state: 'queued' } });
    await on.ari.request('POST', '/recordings/live/r1/stop');
    await on.ari.event('PlaybackFinished');
  });

  it('leaves nothing when cancelled', async () => {
    const { id } = await on.call();
    await record(id, 'r1');
    expect(await on.ari.request('DELETE', '/recordings/live/r1')).toMatchObject({ status: 204 });
    await on.ari.event('RecordingFinished');
    expect(on.simulator.leftovers()).toMatchObject({ liveRecordings: [], storedRecordings: [] });
  });

  it('fails with a cause while that fault is on', async () => {
    const { id } = await on.call();
    on.simulator.faults.recordingCause = 'No space left on device';
    await record(id, 'r1');
    expect(await on.ari.event('RecordingFailed')).toMatchObject({
      recording: { name: 'r1', state: 'failed', cause: 'No space left on device' },
    });
    expect(on.simulator.leftovers()).toMatchObject({ liveRecordings: [], storedRecordings: [] });
  });

  it('is refused as Asterisk refuses it', async () => {
    const { id } = await on.call();
    const ask = (query: Record<string, string>) => on.ari.request('POST', `/channels/${id}/record`, query);
    expect(await ask({ format: 'wav' })).toEqual(message(500, 'Error parsing request'));
    const unknown = message(422, 'specified format is unknown on this system');
    expect(await ask({ name: 'r', format: 'bogus' })).toEqual(unknown);
    expect(await ask({ name: 'r', format: 'wav', ifExists: 'x' })).toEqual(message(400, 'ifExists invalid'));
    expect(await record('none', 'r')).toEqual(message(404, 'Channel not found'));
  });
});
