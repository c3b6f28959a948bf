/** Asterisk sends events, and messages on the media socket, that are none: the next caller is served as if nothing had been. */
import { expect, it } from 'vitest';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { describeCalls } from '../support/describe-calls.ts';
import { Malformer, MALFORMED_SEED } from '../support/malformed.ts';
import { undergo } from '../support/ordeal.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';

const GREETING = 'Добрый день!';
const ANSWER = 'С девяти до шести.';

/** So many are sent before the service is given time to read them. */
const BURST = 50;
const EVENTS = 30_000;
const MEDIA_MESSAGES = 20_000;

/** An event of each kind that Parley reads, about the channel `id`. */
function eventsAbout(id: string): readonly object[] {
  const channel = {
    id,
    name: `PJSIP/${id}`,
    state: 'Up',
    caller: { name: 'Ann', number: '1001' },
    connected: { name: '', number: '' },
    dialplan: {
      context: 'phones',
      exten: '100',
      priority: 2,
      app_name: 'Stasis',
      app_data: 'voicebot,default',
    },
    creationtime: '2026-11-21T00:00:00.000+0000',
    language: 'en',
  };
  const playback = {
    id: 'p',
    media_uri: 'sound:x',
    target_uri: `channel:${id}`,
    language: 'en',
    state: 'done',
  };
  const recording = { name: 'r', format: 'wav', state: 'done', target_uri: `channel:${id}`, duration: 1 };
  const events = [
    { type: 'StasisStart', args: ['default'], channel },
    { type: 'StasisEnd', channel },
    { type: 'ChannelDestroyed', cause: 16, cause_txt: 'Normal Clearing', channel },
    { type: 'ChannelHangupRequest', soft: true, cause: 16, channel },
    { type: 'ChannelTalkingStarted', channel },
    { type: 'ChannelTalkingFinished', duration: 1240, channel },
    { type: 'ChannelDtmfReceived', digit: '1', duration_ms: 100, channel },
    { type: 'ChannelVarset', variable: 'A', value: 'b', channel },
    { type: 'PlaybackStarted', playback },
    { type: 'PlaybackFinished', playback },
    { type: 'RecordingStarted', recording },
    { type: 'RecordingFinished', recording },
    { type: 'RecordingFailed', recording: { ...recording, cause: 'full' } },
  ];
  const head = { timestamp: '2026-11-21T00:00:00.000+0000', application: 'voicebot', asterisk_id: '02:00' };
  return events.map((event) => ({ ...head, ...event }));
}

/** What Asterisk says on a media socket; it never takes back that its queue is full. */
const MEDIA_EVENTS: readonly object[] = [
  {
    event: 'MEDIA_START',
    connection_id: 'c',
    channel: 'WebSocket/c',
    format: 'slin16',
    optimal_frame_size: 640,
  },
  { event: 'MEDIA_MARK_PROCESSED', correlation_id: '1' },
  { event: 'MEDIA_XON' },
  { event: 'MEDIA_BUFFERING_COMPLETED', correlation_id: '1' },
  { event: 'ERROR', error_text: 'Unable to parse' },
  { event: 'DTMF_END', digit: '1' },
];

describeCalls(
  'an Asterisk that talks nonsense',
  {
    reply: () => ANSWER,
    kinds: ['simulator'],
    // Each looks at what the process keeps.
    worlds: 'one by one',
    env: { MAX_CALLS: '20' },
    bots: { default: { silence: { afterMs: 60_000 } } },
  },
  (suite) => {
    const faults = () => {
      const { simulator } = suite.world.telephony;
      if (!simulator) throw new Error('only the stand-in talks nonsense');
      return simulator.faults;
    };

    async function served(world: World): Promise<void> {
      const call = await world.dial('100');
      await world.untilHeard(call, GREETING);
      await call.say(world.speech.callerTone('когда вы работаете'));
      await world.untilHeard(call, ANSWER);
      await call.hangup();
      expect(world.told(call)).toEqual([GREETING, ANSWER]);
    }

    /** Sends them in bursts, each of which is read before the next. */
    async function flood(
      what: string,
      count: number,
      sendOne: (malformer: Malformer) => void,
    ): Promise<void> {
      const malformer = new Malformer();
      await undergo({
        what,
        seed: MALFORMED_SEED,
        count,
        atOnce: BURST,
        send: async () => {
          sendOne(malformer);
          await new Promise((resolve) => setTimeout(resolve, 1));
        },
      });
    }

    it('on the event socket: calls that never were end, and a real one is served', async () => {
      const { world } = suite;
      const live = await world.dial('100');
      await world.untilHeard(live, GREETING);
      const [liveId = ''] = world.telephony.simulator?.leftovers().channels ?? [];
      const strangers = Array.from({ length: 20 }, (_, at) => eventsAbout(`stranger-${at}`)).flat();
      // One that is read rightly by chance must not end the call.
      const harmless = eventsAbout(liveId).filter(
        (event) => !/"StasisEnd|Destroyed|Hangup/.test(JSON.stringify(event)),
      );
      const good = [...strangers, ...harmless];
      await flood(`events of Asterisk in ${suite.mode} mode`, EVENTS / 2, (malformer) => {
        const message = malformer.jsonText(malformer.pick(good));
        faults().sendRaw(malformer.below(20) === 0 ? Buffer.from(message) : String(message));
      });
      await until('the calls that never were have ended', () => world.service.activeCalls <= 1);
      expect(world.service.refusal).toBeUndefined();
      await live.hangup();
      await until('the real one has ended, too', () => world.service.activeCalls === 0);
      await served(world);
    });

    const isStream = suite.mode === 'stream';
    if (isStream)
      it('on the media socket: the caller is still understood', async () => {
        const { world } = suite;
        const call: PhoneCall = await world.dial('100');
        await world.untilHeard(call, GREETING);
        await flood('messages on the media socket', MEDIA_MESSAGES, (malformer) => {
          const event = malformer.jsonText(malformer.pick(MEDIA_EVENTS));
          faults().sendRawMedia(malformer.below(50) === 0 ? malformer.noise(700) : String(event));
        });
        await call.say(world.speech.callerTone('когда вы работаете'));
        await world.untilHeard(call, ANSWER);
        await call.hangup();
        await served(world);
      });
  },
);
