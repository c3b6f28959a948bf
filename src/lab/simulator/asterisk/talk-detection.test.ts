import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { concatBytes, silence, toSamples, type Pcm } from '../../../audio/pcm.ts';
import { FRAME_MS, FRAME_SAMPLES, frameOf } from './frames.ts';
import { TalkDetection } from './talk-detection.ts';
import { Simulated } from './testing/simulated.ts';
import { tone } from './testing/sounds.ts';

/** What is reported about the pieces, spoken one behind another: `started@MS`, `finished@MS=DURATION`. */
function reports(setting: string, ...pieces: readonly Pcm[]): readonly string[] {
  const detection = new TalkDetection();
  detection.set(setting);
  const samples = toSamples({ sampleRateHz: 8000, data: concatBytes(pieces.map(({ data }) => data)) });
  const said: string[] = [];
  for (let index = 0; index * FRAME_SAMPLES < samples.length; index++) {
    const event = detection.hear(frameOf(samples, index), index * FRAME_MS);
    if (event)
      said.push(
        `${event.kind}@${index * FRAME_MS}${event.kind === 'finished' ? `=${event.durationMs}` : ''}`,
      );
  }
  return said;
}

const quiet = (ms: number) => silence(ms, 8000);

describe('TALK_DETECT', () => {
  it('reports the first loud frame, and the end when the silence is long enough', () => {
    expect(reports('160,256', quiet(100), tone(400, 1000), quiet(400))).toEqual([
      'started@100',
      'finished@640=380',
    ]);
  });

  it('reports a cough within the silence that it waits for', () => {
    // Off the frames' edges, as on a real line: five frames hold some of the cough.
    expect(reports('160,256', quiet(50), tone(80, 8000), quiet(400))).toEqual([
      'started@40',
      'finished@280=80',
    ]);
  });

  it('does not end at a pause that is shorter than its silence', () => {
    expect(reports('160,256', tone(200, 1000), quiet(140), tone(200, 1000), quiet(300))).toEqual([
      'started@0',
      'finished@680=520',
    ]);
  });

  it('takes the mean magnitude: the threshold itself is speech, one less is silence', () => {
    expect(reports('160,256', tone(100, 256), quiet(200))).not.toEqual([]);
    expect(reports('160,256', tone(100, 255), quiet(200))).toEqual([]);
  });

  it('waits 2.5 s at a level of 256 unless told otherwise', () => {
    expect(reports('', tone(100, 256), quiet(2600))).toEqual(['started@0', 'finished@2580=80']);
  });

  it('keeps its setting when a new one makes no sense', () => {
    const detection = new TalkDetection();
    expect(detection.set('0,256')).toBe(false);
    expect(detection.set('abc')).toBe(false);
    expect(detection.set('100')).toBe(true);
  });
});

describe('TALK_DETECT on a channel', () => {
  const on = new Simulated();
  beforeEach(() => on.start());
  afterEach(() => on.stop());

  it('tells the application what the caller does, until it is removed', async () => {
    const { id, caller } = await on.call();
    const set = (variable: string, value: string) =>
      on.ari.request('POST', `/channels/${id}/variable`, { variable, value });
    expect(await set('TALK_DETECT(set)', '160,256')).toMatchObject({ status: 204 });
    const { startedAtMs } = await caller.say(tone(80, 8000));
    const started = await on.ari.event('ChannelTalkingStarted', ({ channel }) => channel?.id === id);
    expect(started.atMs - startedAtMs).toBeLessThan(80);
    const finished = await on.ari.event('ChannelTalkingFinished');
    expect(finished.duration).toBe(60);
    expect(await set('TALK_DETECT(remove)', '')).toMatchObject({ status: 204 });
    const before = on.ari.events.length;
    await caller.say(tone(80, 8000));
    await caller.hangup();
    expect(on.ari.types().slice(before)).not.toContain('ChannelTalkingStarted');
  });
});
