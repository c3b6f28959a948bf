/** The stages that a call's sound and words go through, each alone, on a clock that stands still and without a telephone. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import * as ws from 'ws';
import { msToBytes } from '../../../src/audio/pcm.ts';
import { resampled } from '../../../src/audio/resample.ts';
import { AsyncQueue } from '../../../src/base/async.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { ManualClock } from '../../../src/base/manual-clock.ts';
import { BridgedSpeech } from '../../../src/call/speaking/bridged-speech.ts';
import { chunkTokens } from '../../../src/llm/chunking/chunker.ts';
import { readCompletionEvent } from '../../../src/llm/completion-event.ts';
import { serverSentEvents } from '../../../src/llm/server-sent-events.ts';
import { FREE } from '../../../src/ops/testing/free.ts';
import { createMetrics } from '../../../src/ops/metrics.ts';
import { measureCall } from '../../../src/ops/call-metrics.ts';
import { CALLER_FILE } from '../../../src/recordings/bundle/bundle-files.ts';
import { BundleDisk } from '../../../src/recordings/recorder/bundle-disk.ts';
import { SoundTrack } from '../../../src/recordings/recorder/sound-track.ts';
import { BreakerSynthesizer } from '../../../src/speech/synthesis/breaker.ts';
import { CachingSynthesizer } from '../../../src/speech/synthesis/cache.ts';
import { FailoverSynthesizer } from '../../../src/speech/synthesis/failover.ts';
import { speakInOrder } from '../../../src/speech/synthesis/ordered-speech.ts';
import type { SynthesisProvider } from '../../../src/speech/synthesis/provider.ts';
import { recognizerService } from '../../../src/speech/yandex/proto.ts';
import { DiskStore } from '../../../src/survival/disk-store.ts';
import { CallerAudio } from '../../../src/telephony/streaming/caller-audio.ts';
import { StreamPlayer } from '../../../src/telephony/streaming/stream-player.ts';
import { Timeline } from '../../../src/timeline/timeline.ts';
import { voiceDetector } from '../../../src/vad/voice-detector.ts';
import { recordedCaller } from '../../support/recorded-callers.ts';
import type { Stage } from './measured.ts';

/** The two halves of a WebSocket without the socket: what @types/ws keeps to itself. */
const { Receiver, Sender } = ws as unknown as {
  readonly Receiver: new (options: { isServer: boolean; allowSynchronousEvents: boolean }) => Writable;
  readonly Sender: { frame(data: Buffer, options: ReturnType<typeof framing>): Buffer[] };
};

const RATE_HZ = 16_000;
const FRAME_MS = 20;
const FRAME_BYTES = msToBytes(FRAME_MS, RATE_HZ);

/** In a minute the caller's line never rests; the bot speaks for 20 s of it, in six turns of 30 tokens. */
const HEARD_FRAMES = 3000;
const SPOKEN_FRAMES = 1000;
const TURNS = 6;
const TOKENS = 180;
/** Of a turn with an early answer: speech, words, tokens, chunks, clips, their ends. */
const MARKS = TURNS * 25;

/** What a provider sends at once, ms. */
const PIECE_MS = 100;
const PIECES_A_CLIP = 20;

/** All of them; each is closed by whoever asked for it. */
export async function costStages(): Promise<readonly Stage[]> {
  const { pcm } = await recordedCaller('question2');
  const { data } = resampled(pcm, RATE_HZ);
  const frames = Array.from({ length: Math.floor(data.byteLength / FRAME_BYTES) }, (_, at) =>
    data.subarray(at * FRAME_BYTES, (at + 1) * FRAME_BYTES),
  );
  const dir = await mkdtemp(join(tmpdir(), 'parley-cost-'));
  return [
    detection(frames),
    listening(frames),
    tape(frames, dir),
    received(frames),
    spoken(),
    played(),
    sent(frames),
    grpc(frames),
    token(),
    chunks(),
    mark(),
    { ...turnRecord(dir), close: () => rm(dir, { recursive: true }) },
  ];
}

function detection(frames: readonly Uint8Array[]): Stage {
  const detector = voiceDetector(RATE_HZ);
  return {
    ...{ what: 'frame heard: detection', times: HEARD_FRAMES, perMinute: HEARD_FRAMES },
    run: (times) => inTurn(frames, times, (frame, at) => void detector.hear(frame, at * FRAME_MS)),
    close: () => detector.close(),
  };
}

/** All that a line does with what arrives but the detection: its place in time, the pre-roll, taps, the capture. */
function listening(frames: readonly Uint8Array[]): Stage {
  const clock = new ManualClock();
  const detector = { silenceMs: 200, hear: () => undefined, close: () => undefined };
  const line = new CallerAudio({ clock, sampleRateHz: RATE_HZ, detector });
  let heardBytes = 0;
  line.tap((pcm) => (heardBytes += pcm.byteLength));
  let atMs = 0;
  return {
    ...{
      what: 'frame heard: its place, pre-roll, capture',
      times: 10 * HEARD_FRAMES,
      perMinute: HEARD_FRAMES,
    },
    run: async (times) => {
      const capture = line.capture(300);
      const read = (async () => {
        for await (const piece of capture.audio) heardBytes += piece.byteLength;
      })();
      for (let at = 0; at < times; at++) {
        line.arrived(frames[at % frames.length] as Uint8Array, (atMs += FRAME_MS));
        if (at % 50 === 0) await Promise.resolve();
      }
      capture.finish();
      await read;
    },
    close: () => line.close(),
  };
}

function tape(frames: readonly Uint8Array[], dir: string): Stage {
  const disk = new BundleDisk({ isBusy: true, maxWaitingBytes: Infinity });
  let files = 0;
  return {
    ...{ what: 'frame on a tape', times: 10 * HEARD_FRAMES, perMinute: 2 * HEARD_FRAMES },
    run: async (times) => {
      const [bundle, to] = [join(dir, `unfinished-${files}`), join(dir, String(files++))];
      const spool = disk.side(bundle, CALLER_FILE);
      const track = new SoundTrack(spool, { sampleRateHz: RATE_HZ, holds: false });
      inTurn(frames, times, (frame, at) => track.add(at * FRAME_MS, frame));
      track.finish(times * FRAME_MS);
      spool.finish();
      await disk.keep(bundle, { to, sampleRateHz: RATE_HZ, texts: [] });
    },
    close: () => disk.close(),
  };
}

/** Asterisk's frames, unmasked, read as they come off the socket: some in one piece. */
function received(frames: readonly Uint8Array[]): Stage {
  const wire = Buffer.concat(
    frames.slice(0, 50).flatMap((frame) => Sender.frame(Buffer.from(frame), framing(false))),
  );
  return {
    ...{ what: 'frame heard: ws', times: 5 * HEARD_FRAMES, perMinute: HEARD_FRAMES },
    run: async (times) => {
      const receiver = new Receiver({ isServer: false, allowSynchronousEvents: true });
      let bytes = 0;
      receiver.on('message', (data: Buffer) => (bytes += data.byteLength));
      for (let at = 0; at < times; at += 50)
        await new Promise<void>((resolve) => receiver.write(wire, () => resolve()));
    },
  };
}

/** From a provider's piece to the player's door: failover, breaker, cache, order, bridges. */
function spoken(): Stage {
  const provider = pieces();
  const clock = systemClock;
  const failover = new FailoverSynthesizer({
    clock,
    providers: [new BreakerSynthesizer(provider, { clock })],
  });
  const synthesizer = new CachingSynthesizer(failover, { settings: { maxBytes: 1 } });
  const voice = { name: 'alena', speed: 1 };
  const signal = new AbortController().signal;
  let texts = 0;
  return {
    what: 'piece of 100 ms: provider to player',
    times: 4000,
    perMinute: (SPOKEN_FRAMES * FRAME_MS) / PIECE_MS,
    run: async (times) => {
      for (let at = 0; at < times; at += PIECES_A_CLIP) {
        const chunks = new AsyncQueue<{ readonly text: string }>();
        chunks.push({ text: `Сегодня ${texts++}.` });
        chunks.end();
        const request = { language: 'ru-RU', voice, sampleRateHz: RATE_HZ };
        for await (const one of speakInOrder(chunks, { synthesizer, request, window: 2 }, signal)) {
          const bridged = new BridgedSpeech({
            ...{ clock, audio: one.audio, sampleRateHz: RATE_HZ, afterMs: 2000, bridge: () => undefined },
          });
          for await (const piece of bridged.audio()) if (piece.byteLength === 0) return;
          one.release();
        }
      }
    },
    close: () => synthesizer.close(),
  };
}

function pieces(): SynthesisProvider {
  const pcm = new Uint8Array(msToBytes(PIECE_MS, RATE_HZ));
  return {
    name: 'pieces',
    capabilities: {
      ...{ speaks: () => true, languages: ['ru-RU'], voices: [], sampleRatesHz: [RATE_HZ] },
      ...{ mostCharacters: 1000, timesWords: false, streams: true },
    },
    async *synthesize() {
      for (let at = 0; at < PIECES_A_CLIP; at++) {
        // As they come off a socket: not in one breath.
        await Promise.resolve();
        yield { pcm, words: [], provider: 'pieces' };
      }
    },
    close: () => Promise.resolve(),
  };
}

/** Through the player: pieces into the stream, blocks to the socket, marks back. */
function played(): Stage {
  const clock = new ManualClock();
  const piece = new Uint8Array(msToBytes(PIECE_MS, RATE_HZ));
  return {
    ...{ what: 'frame spoken: player, blocks, marks', times: 5000, perMinute: SPOKEN_FRAMES },
    run: async (times) => {
      const onStalled = () => undefined;
      const player = new StreamPlayer({ clock, log: silentLog, sampleRateHz: RATE_HZ, onStalled });
      // A mark comes back in a turn of its own, when all that is there has been written.
      const played = (id: string) => void setImmediate(() => player.markPlayed(id, clock.nowMs()));
      const nothing = () => undefined;
      player.attach({ sendAudio: nothing, mark: played, pause: nothing, resume: nothing, flush: nothing });
      const clips = times / ((PIECES_A_CLIP * PIECE_MS) / FRAME_MS);
      for (let at = 0; at < clips; at++) {
        const audio = new AsyncQueue<Uint8Array>();
        for (let each = 0; each < PIECES_A_CLIP; each++) audio.push(piece);
        audio.end();
        await player.play({ sampleRateHz: RATE_HZ, audio }).finished;
      }
      player.close();
    },
  };
}

/** To Asterisk each message is masked: it is the server of this socket. */
function sent(frames: readonly Uint8Array[]): Stage {
  return {
    ...{ what: 'frame spoken: ws, a message each', times: 10 * HEARD_FRAMES, perMinute: SPOKEN_FRAMES },
    run: (times) => inTurn(frames, times, (frame) => void Sender.frame(Buffer.from(frame), framing(true))),
  };
}

function framing(mask: boolean) {
  return { fin: true, rsv1: false, opcode: 2, mask, readOnly: mask };
}

function grpc(frames: readonly Uint8Array[]): Stage {
  const { requestSerialize } = recognizerService().RecognizeStreaming;
  return {
    // Only while the caller speaks.
    ...{ what: 'frame heard: gRPC message', times: 10 * HEARD_FRAMES, perMinute: HEARD_FRAMES / 3 },
    run: (times) => inTurn(frames, times, (frame) => void requestSerialize({ chunk: { data: frame } })),
  };
}

function token(): Stage {
  const event = {
    id: 'x',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta: { content: ' слово' } }],
  };
  const line = new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`);
  const bounds = { mostBytes: Infinity, mostLines: Infinity, mostEventChars: 100_000 };
  return {
    ...{ what: 'token: event stream, JSON, schema', times: 20 * TOKENS, perMinute: 2 * TOKENS },
    run: async (times) => {
      const body = new AsyncQueue<Uint8Array>();
      for (let at = 0; at < times; at++) body.push(line);
      body.end();
      for await (const one of serverSentEvents(body, bounds)) readCompletionEvent(one);
    },
  };
}

function chunks(): Stage {
  const words = 'Мы работаем каждый день с девяти утра до девяти вечера, а в субботу до шести. '.split(
    /(?= )/,
  );
  return {
    ...{ what: 'token: into chunks', times: 20 * TOKENS, perMinute: 2 * TOKENS },
    run: async (times) => {
      const tokens = new AsyncQueue<string>();
      for (let at = 0; at < times; at++) tokens.push(words[at % words.length] as string);
      tokens.end();
      for await (const { text } of chunkTokens(tokens, { clock: new ManualClock() })) if (text === '') return;
    },
  };
}

function mark(): Stage {
  const metrics = createMetrics();
  return {
    ...{ what: 'mark on the timeline, with metrics', times: 100 * MARKS, perMinute: MARKS },
    run: (times) => {
      for (let call = 0; call * MARKS < times; call++) {
        const timeline = new Timeline(new ManualClock());
        measureCall(timeline, metrics, FREE);
        for (let at = 0; at < MARKS; at++) timeline.mark('recognition.partial', { text: 'Сколько стоит' });
      }
    },
  };
}

function turnRecord(dir: string): Stage {
  const store = new DiskStore(join(dir, 'live'));
  const said = { role: 'assistant' as const, content: 'Мы работаем каждый день с девяти до шести.' };
  return {
    // It changes at its beginning, when the caller is understood, and with each clip that was heard.
    ...{ what: 'record of a turn: JSON, file', times: 300, perMinute: 4 * TURNS },
    run: async (times) => {
      await store.calls();
      for (let at = 0; at < times; at++)
        await store.write({
          ...{ call: 'call', leg: 'leg', bot: 'shop', startedAtEpochMs: 0, turn: at, language: 'ru-RU' },
          messages: Array.from({ length: 12 }, () => said),
        });
    },
  };
}

function inTurn(
  frames: readonly Uint8Array[],
  times: number,
  each: (frame: Uint8Array, at: number) => void,
): void {
  for (let at = 0; at < times; at++) each(frames[at % frames.length] as Uint8Array, at);
}
