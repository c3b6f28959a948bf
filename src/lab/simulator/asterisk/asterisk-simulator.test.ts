import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startAsteriskSimulator } from './asterisk-simulator.ts';
import { AriProbe } from './testing/ari-probe.ts';
import { Simulated } from './testing/simulated.ts';
import { levels, tone, writeSound } from './testing/sounds.ts';

const NOTHING = { channels: [], bridges: [], liveRecordings: [], storedRecordings: [] };

describe('a call', () => {
  const on = new Simulated();
  beforeEach(() => on.start());
  afterEach(() => on.stop());

  it('enters the application, is answered, hears a sound, hangs up and leaves nothing behind', async () => {
    const media = await writeSound(on.simulator.mediaDir, 'hello', tone(300, 1000));
    const { id, caller } = await on.call();
    expect(await on.ari.event('StasisStart')).toMatchObject({
      args: ['default'],
      application: 'voicebot',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/) as string,
      channel: {
        id,
        state: 'Ring',
        name: expect.stringMatching(/^PJSIP\/1002-[0-9a-f]{8}$/) as string,
        caller: { name: '', number: '1002' },
        dialplan: { context: 'default', exten: '100', app_name: 'Stasis', app_data: 'voicebot,default' },
      },
    });
    await on.ari.request('POST', `/channels/${id}/play/p1`, { media });
    await on.ari.event('PlaybackFinished');
    await caller.hangup();
    await on.ari.event('StasisEnd');
    expect(await caller.ended).toMatchObject({ by: 'us' });
    expect(levels(caller.heard().pcm)).toContainEqual([1000, 300]);
    expect(on.ari.types()).toEqual([
      'StasisStart',
      'ChannelStateChange',
      'PlaybackStarted',
      'PlaybackFinished',
      'ChannelHangupRequest',
      'StasisEnd',
    ]);
    expect(on.simulator.leftovers()).toEqual(NOTHING);
  });

  it('tells a hangup of the caller from one that was asked for', async () => {
    const first = await on.call();
    await on.ari.request('DELETE', `/channels/${first.id}`);
    expect(await first.caller.ended).toMatchObject({ by: 'them' });
    expect(await on.ari.event('ChannelHangupRequest')).toMatchObject({ cause: 32, soft: true });
    const from = on.ari.events.length;
    const second = await on.call();
    await second.caller.hangup();
    const request = await on.ari.event('ChannelHangupRequest', () => true, from);
    expect(request.cause).toBe(16);
    expect(request.soft).toBeUndefined();
  });

  it('is answered only after what was played before, as every command waits for those before it', async () => {
    const media = await writeSound(on.simulator.mediaDir, 'early', tone(200, 1000));
    const dialling = on.simulator.phone().dial('100');
    const { channel } = await on.ari.event('StasisStart');
    const path = `/channels/${channel?.id ?? ''}`;
    await on.ari.request('POST', `${path}/play/p1`, { media });
    expect(await on.ari.request('POST', `${path}/answer`)).toMatchObject({ status: 204 });
    expect(on.ari.types().slice(-2)).toEqual(['PlaybackFinished', 'ChannelStateChange']);
    const caller = await dialling;
    await on.ari.request('DELETE', path);
    await caller.ended;
    expect(levels(caller.heard().pcm).filter(([level]) => level > 0)).toEqual([]);
  });

  it('is not put through to a number that nobody has', async () => {
    await expect(on.simulator.phone().dial('999')).rejects.toThrow('404 Not Found');
  });

  it('is given up by the caller when nobody answers in time', async () => {
    await expect(on.simulator.phone().dial('100', { answerWithinMs: 30 })).rejects.toThrow(
      'no answer in time',
    );
    await on.ari.event('StasisEnd');
    expect(on.simulator.leftovers()).toEqual(NOTHING);
  });

  it('carries digits', async () => {
    const { id, caller } = await on.call();
    await caller.sendDigit('0');
    expect(await on.ari.event('ChannelDtmfReceived')).toMatchObject({
      digit: '0',
      duration_ms: 100,
      channel: { id },
    });
  });

  it('says silence between clips, and each clip once, one behind another', async () => {
    const { caller } = await on.call();
    const [first, second] = await Promise.all([caller.say(tone(100, 500)), caller.say(tone(60, 700))]);
    expect(second.startedAtMs).toBeCloseTo(first.endedAtMs, 3);
    await caller.hangup();
    expect(levels(caller.said().pcm).slice(1, 3)).toEqual([
      [500, 100],
      [700, 60],
    ]);
    const offsetMs = first.startedAtMs - caller.said().startedAtMs;
    expect(levels(caller.said().pcm)[0]).toEqual([0, expect.closeTo(offsetMs, 0)]);
  });

  it('is cut when Asterisk dies, and a new one can be made after its restart', async () => {
    const { caller } = await on.call();
    const port = on.simulator.url;
    await on.simulator.kill();
    expect(await caller.ended).toMatchObject({ by: 'network' });
    await expect(on.simulator.phone().dial('100')).rejects.toThrow('no connection');
    await on.simulator.restart();
    expect(on.simulator.url).toBe(port);
    expect(on.simulator.leftovers()).toEqual(NOTHING);
    const again = await AriProbe.connect(on.simulator);
    const dialling = on.simulator.phone().dial('100');
    await again.answerNext();
    expect((await dialling).answeredAtMs).toBeGreaterThan(caller.answeredAtMs);
    again.close();
  });
});

describe('fifty calls', () => {
  const on = new Simulated();
  beforeEach(() => on.start());
  afterEach(() => on.stop());

  it('all hear their sound whole, for a fraction of a core', async () => {
    const media = await writeSound(on.simulator.mediaDir, 'second', tone(1000, 1000));
    const calls: Awaited<ReturnType<typeof on.call>>[] = [];
    for (let count = 0; count < 50; count++) calls.push(await on.call());
    const cpuBefore = process.cpuUsage();
    for (const { id } of calls) await on.ari.request('POST', `/channels/${id}/play/${id}`, { media });
    await on.ari.event('PlaybackFinished', ({ playback }) => playback?.id === calls.at(-1)?.id);
    const cpu = process.cpuUsage(cpuBefore);
    for (const { caller } of calls) expect(levels(caller.heard().pcm)).toContainEqual([1000, 1000]);
    expect((cpu.user + cpu.system) / 1000).toBeLessThan(1000);
  });
});

describe('the dialplan', () => {
  it('gets calls whose application is not connected, and plays its sound', async () => {
    const simulator = await startAsteriskSimulator({
      dialplan: { extensions: { '7': { app: 'other', args: ['a', 'b'] } } },
    });
    const caller = await simulator.phone().dial('7');
    expect(await caller.ended).toMatchObject({ by: 'them' });
    const other = await AriProbe.connect(simulator, 'other');
    const dialling = simulator.phone().dial('7');
    await other.answerNext();
    expect(await other.event('StasisStart')).toMatchObject({ args: ['a', 'b'] });
    await (await dialling).hangup();
    other.close();
    await simulator.stop();
  });
});

describe('continue in the dialplan', () => {
  const on = new Simulated();
  beforeEach(() => on.start());
  afterEach(() => on.stop());
  const fallback = { context: 'fallback', extension: 's', priority: '1' };

  it('leaves the application once what is queued has been played, and hangs up after the fallback', async () => {
    const media = await writeSound(on.simulator.mediaDir, 'bye', tone(200, 800));
    const { id, caller } = await on.call();
    await on.ari.request('POST', `/channels/${id}/play/p1`, { media });
    expect(await on.ari.request('POST', `/channels/${id}/continue`, fallback)).toMatchObject({ status: 204 });
    await on.ari.event('StasisEnd');
    expect(on.ari.types().slice(-2)).toEqual(['PlaybackFinished', 'StasisEnd']);
    expect(await caller.ended).toMatchObject({ by: 'them' });
    expect(on.simulator.handedBack()).toMatchObject([{ channelId: id, place: 'fallback,s,1' }]);
  });

  it('ends a call that is sent to nowhere', async () => {
    const { id, caller } = await on.call();
    await on.ari.request('POST', `/channels/${id}/continue`, { ...fallback, context: 'nowhere' });
    expect(await caller.ended).toMatchObject({ by: 'them' });
    expect(on.simulator.handedBack()).toMatchObject([{ place: 'nowhere,s,1' }]);
  });
});

describe('a channel that went back to the dialplan', () => {
  it('is out of the application’s reach, yet can be hung up', async () => {
    const directory = await startAsteriskSimulator();
    const sound = await writeSound(directory.mediaDir, 'sorry', tone(400, 600));
    const dialplan = { fallback: { place: 'fallback,s,1', sound: sound.replace('sound:', '') } };
    const simulator = await startAsteriskSimulator({ dialplan });
    const ari = await AriProbe.connect(simulator);
    const dialling = simulator.phone().dial('100');
    const id = await ari.answerNext();
    const caller = await dialling;
    await ari.request('POST', `/channels/${id}/continue`, {
      context: 'fallback',
      extension: 's',
      priority: '1',
    });
    const conflict = { status: 409, body: { message: 'Channel not in Stasis application' } };
    for (const path of ['answer', 'continue', 'play', 'record', 'variable']) {
      const query = { media: sound, name: 'r', format: 'wav', variable: 'V' };
      expect(await ari.request('POST', `/channels/${id}/${path}`, query)).toEqual(conflict);
    }
    expect(await caller.ended).toMatchObject({ by: 'them' });
    expect(levels(caller.heard().pcm)).toContainEqual([600, 400]);
    expect(simulator.leftovers()).toEqual(NOTHING);
    ari.close();
    await simulator.stop();
    await directory.stop();
  });
});
