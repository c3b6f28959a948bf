import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Simulated } from './testing/simulated.ts';
import { levels, tone, writeSound } from './testing/sounds.ts';

const on = new Simulated();
beforeEach(() => on.start());
afterEach(() => on.stop());

/** Queues tones of the levels and lengths given; their ids are p0, p1… */
async function play(id: string, ...tones: readonly [level: number, ms: number][]): Promise<void> {
  for (const [index, [level, ms]] of tones.entries()) {
    const media = await writeSound(on.simulator.mediaDir, `${level}-${ms}`, tone(ms, level));
    await on.ari.request('POST', `/channels/${id}/play/p${index}`, { media });
  }
}

const control = (playbackId: string, operation: string) =>
  on.ari.request('POST', `/playbacks/${playbackId}/control`, { operation });
const finished = (playbackId: string) =>
  on.ari.event('PlaybackFinished', ({ playback }) => playback?.id === playbackId);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('playbacks on one channel', () => {
  it('follow one another without a gap, whatever their lengths', async () => {
    const { id, caller } = await on.call();
    await play(id, [1000, 110], [2000, 33], [3000, 60]);
    await finished('p2');
    const [before, ...sounds] = levels(caller.heard().pcm);
    expect(before?.[0]).toBe(0);
    expect(sounds.slice(0, 3)).toEqual([
      [1000, 110],
      [2000, 33],
      [3000, 60],
    ]);
  });

  it('last as long as they sound', async () => {
    const { id } = await on.call();
    await play(id, [1000, 400]);
    const started = await on.ari.event('PlaybackStarted');
    const ended = await finished('p0');
    expect(ended.atMs - started.atMs).toBeGreaterThan(380);
    expect(ended.atMs - started.atMs).toBeLessThan(500);
  });

  it('stop at once when deleted, and the next one begins', async () => {
    const { id, caller } = await on.call();
    await play(id, [1000, 5000], [2000, 40]);
    await wait(100);
    expect(await on.ari.request('DELETE', '/playbacks/p0')).toMatchObject({ status: 204 });
    expect(await finished('p0')).toMatchObject({ playback: { state: 'done' } });
    await finished('p1');
    const [[, heardMs] = [0, 0], second] = levels(caller.heard().pcm).filter(([level]) => level > 0);
    expect(heardMs).toBeLessThan(200);
    expect(second).toEqual([2000, 40]);
  });

  it('deleted while queued end in their turn, without a start', async () => {
    const { id } = await on.call();
    await play(id, [1000, 200], [2000, 200], [3000, 40]);
    await on.ari.request('DELETE', '/playbacks/p1');
    expect(await on.ari.request('GET', '/playbacks/p1')).toMatchObject({
      status: 200,
      body: { state: 'done' },
    });
    await finished('p2');
    const story = on.ari.events.flatMap(({ type, playback }) => (playback ? [`${type} ${playback.id}`] : []));
    expect(story).toEqual([
      'PlaybackStarted p0',
      'PlaybackFinished p0',
      'PlaybackFinished p1',
      'PlaybackStarted p2',
      'PlaybackFinished p2',
    ]);
  });

  it('fail when the channel is hung up, the queued ones too', async () => {
    const { id, caller } = await on.call();
    await play(id, [1000, 5000], [2000, 5000]);
    await caller.hangup();
    expect(await finished('p0')).toMatchObject({ playback: { state: 'failed' } });
    expect(await finished('p1')).toMatchObject({ playback: { state: 'failed' } });
    expect(on.ari.types().slice(-5)).toEqual([
      'ChannelHangupRequest',
      'PlaybackFinished',
      'PlaybackStarted',
      'PlaybackFinished',
      'StasisEnd',
    ]);
  });
});

describe('pause', () => {
  it('is silence at once; unpausing starts again where it stopped, with nothing lost', async () => {
    const { id, caller } = await on.call();
    await play(id, [1000, 300]);
    await wait(100);
    expect(await control('p0', 'pause')).toMatchObject({ status: 204 });
    expect(await on.ari.request('GET', '/playbacks/p0')).toMatchObject({ body: { state: 'paused' } });
    await wait(100);
    const from = on.ari.events.length;
    await control('p0', 'unpause');
    await on.ari.event('PlaybackStarted', () => true, from);
    await finished('p0');
    const runs = levels(caller.heard().pcm).filter(([level]) => level > 0);
    expect(runs).toHaveLength(2);
    expect(runs.reduce((sum, [, ms]) => sum + ms, 0)).toBe(300);
  });

  it('can be asked for twice, and taken back twice, with one event', async () => {
    const { id } = await on.call();
    await play(id, [1000, 200]);
    for (const operation of ['unpause', 'pause', 'pause', 'unpause', 'unpause'])
      expect(await control('p0', operation)).toMatchObject({ status: 204 });
    await finished('p0');
    expect(on.ari.types().filter((type) => type === 'PlaybackStarted')).toHaveLength(2);
  });

  it('is refused where Asterisk refuses it', async () => {
    const { id } = await on.call();
    await play(id, [1000, 5000], [2000, 40]);
    const cases: [string, string, number, string][] = [
      ['p1', 'pause', 409, 'Can only pause while media is playing'],
      ['p1', 'unpause', 409, 'Can only unpause while media is playing'],
      ['p0', 'bogus', 400, 'Invalid operation bogus'],
      ['p0', '', 400, 'Missing operation'],
      ['none', 'pause', 404, 'Playback not found'],
    ];
    for (const [playback, operation, status, message] of cases)
      expect(await control(playback, operation)).toEqual({ status, body: { message } });
    expect(await on.ari.request('DELETE', '/playbacks/none')).toEqual({
      status: 404,
      body: { message: 'Playback not found' },
    });
  });
});

describe('a sound that Asterisk cannot play', () => {
  it.each([
    ['has another rate', (directory: string) => writeSound(directory, 'rate', tone(100, 1000, 22050))],
    ['is no WAV', (directory: string) => writeFile(join(directory, 'rate.wav'), 'garbage')],
    ['is missing', () => Promise.resolve()],
  ])('fails at once: it %s', async (_name, write) => {
    const { id, caller } = await on.call();
    await write(on.simulator.mediaDir);
    const media = `sound:${join(on.simulator.mediaDir, 'rate')}`;
    expect(await on.ari.request('POST', `/channels/${id}/play/p0`, { media })).toMatchObject({ status: 201 });
    expect(await finished('p0')).toMatchObject({ playback: { state: 'failed' } });
    expect(levels(caller.heard().pcm).filter(([level]) => level > 0)).toEqual([]);
  });

  it('is asked for without a name', async () => {
    const { id } = await on.call();
    expect(await on.ari.request('POST', `/channels/${id}/play/p0`)).toEqual({
      status: 500,
      body: { message: 'Failed to queue media for playback' },
    });
  });
});
