/** What a call in file mode hears, from what Asterisk tells of the caller. */
import { expect, it } from 'vitest';
import { fromSamples } from '../../../audio/pcm.ts';
import { encodeWav } from '../../../audio/wav.ts';
import { silentLog } from '../../../base/log.ts';
import { ManualClock } from '../../../base/manual-clock.ts';
import type { AriEvent, AriPort } from '../ari/ari-port.ts';
import { FileLine } from './file-line.ts';

const CALLER = 'caller';

/** An Asterisk whose caller is heard at one steady level, or not at all, and whose recordings are as long as the clock tells. */
async function answeredLine({ amplitude }: { readonly amplitude: number | undefined }) {
  const clock = new ManualClock();
  const routes = new Map<string, (event: AriEvent) => void>();
  const began = new Map<string, number>();
  const lengths = new Map<string, number>();
  const variables: string[] = [];
  let earId = '';
  const tell = (channelId: string, event: object) =>
    routes.get(channelId)?.({ atMs: clock.nowMs(), channelId, ...event } as AriEvent);
  const ari: Partial<AriPort> = {
    route: (channelId, listener) => {
      routes.set(channelId, listener);
      return () => routes.delete(channelId);
    },
    snoop: async (_, { snoopId }) => {
      earId = snoopId;
      clock.after(1, () => tell(snoopId, { type: 'StasisStart' }));
    },
    answer: async () => undefined,
    hangup: async () => undefined,
    setVariable: async (_, name, value) => {
      variables.push(`${name}=${value}`);
      const level = Number(value.split(',')[1]);
      const isLoud = amplitude !== undefined && name === 'TALK_DETECT(set)' && amplitude >= level;
      if (isLoud && !isTalking) clock.after(20, () => tell(CALLER, { type: 'ChannelTalkingStarted' }));
      isTalking = isLoud;
    },
    record: async (_, name) => void began.set(name, clock.nowMs()),
    stopRecording: async (name) => {
      lengths.set(name, clock.nowMs() - (began.get(name) ?? 0));
      tell(earId, { type: 'RecordingFinished', name, durationMs: 0 });
    },
    recordedFile: async (name) => {
      const samples = amplitude === undefined ? 0 : (lengths.get(name) ?? 0) * 8;
      return encodeWav(fromSamples(new Int16Array(samples).fill(amplitude ?? 0), 8000));
    },
    deleteRecording: async () => undefined,
  };
  let isTalking = false;
  const party = { direction: 'inbound', number: '', name: '', dialled: '', bot: undefined } as const;
  const parts = { ari: ari as AriPort, clock, log: silentLog, channelId: CALLER, mediaDir: '/nowhere' };
  const line = new FileLine({ ...parts, party });
  const told: string[] = [];
  line.hearing.listen({
    speechStarted: (atMs) => told.push(`started ${Math.round(atMs)}`),
    speechStopped: (from, to) => told.push(`stopped ${Math.round(from)} ${Math.round(to)}`),
    digit: () => undefined,
    held: () => told.push('held'),
    unheld: () => told.push('unheld'),
  });
  await clock.runUntil(line.answer());
  return { clock, line, told, variables, tell: (event: object) => tell(CALLER, event) };
}

it('does not take a steady hiss for somebody who never stops', async () => {
  const { clock, line, told, variables } = await answeredLine({ amplitude: 294 });
  await clock.advance(5000);
  expect(told.map((edge) => edge.split(' ')[0])).toEqual(['started', 'stopped']);
  const [, fromMs, toMs] = told[1]?.split(' ') ?? [];
  expect(fromMs).toBe(toMs);
  expect(variables.at(-1)).toBe('TALK_DETECT(set)=160,588');
  await clock.runUntil(line.close());
});

it('knows that the caller has stopped although the phone sends nothing any more', async () => {
  const { clock, line, told, tell } = await answeredLine({ amplitude: undefined });
  await clock.advance(3000);
  for (const until of [10_000, 20_000]) {
    tell({ type: 'ChannelTalkingStarted' });
    await clock.advance(until - clock.nowMs());
  }
  expect(told.map((edge) => edge.split(' ')[0])).toEqual(['started', 'stopped', 'started', 'stopped']);
  await clock.runUntil(line.close());
});

it('knows that a caller who goes on hold in mid-speech has stopped', async () => {
  const { clock, line, told, tell } = await answeredLine({ amplitude: undefined });
  await clock.advance(3000 - clock.nowMs());
  tell({ type: 'ChannelTalkingStarted' });
  await clock.advance(200);
  tell({ type: 'ChannelHold' });
  await clock.advance(25_000);
  tell({ type: 'ChannelUnhold' });
  expect(told).toEqual(['started 3000', 'stopped 3000 3200', 'held', 'unheld']);
  await clock.runUntil(line.close());
});

it('loses nothing of a caller who holds a loud note', async () => {
  const { clock, line, told } = await answeredLine({ amplitude: 5000 });
  await clock.advance(10_000);
  expect(told.map((edge) => edge.split(' ')[0])).toEqual(['started']);
  await clock.runUntil(line.close());
});
