/** Stream lines without a service around them, on the stand-in Asterisk and on a real one. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { concatBytes } from '../../src/audio/pcm.ts';
import type { PhoneCall } from '../../src/lab/phone/phone.ts';
import { findSounds } from '../../src/lab/phone/hear.ts';
import type { Sound } from '../../src/lab/phone/hear.ts';
import { tonesHeard } from '../../src/lab/phone/tones.ts';
import { connectAri } from '../../src/telephony/asterisk/ari/ari.ts';
import type { AriPort } from '../../src/telephony/asterisk/ari/ari-port.ts';
import { MEDIA_FORMATS } from '../../src/telephony/asterisk/stream/media-format.ts';
import { StreamLine } from '../../src/telephony/asterisk/stream/stream-line.ts';
import { LevelDetector } from '../../src/telephony/streaming/testing/level-detector.ts';
import { findOrInstallAsterisk } from '../../src/lab/local-asterisk/install-asterisk.ts';
import { NOTHING } from '../../src/lab/local-asterisk/leftovers.ts';
import { startTelephony, TELEPHONIES } from './telephony.ts';
import type { Telephony, TelephonyKind } from './telephony.ts';
import { doWithoutAsterisk } from './without-asterisk.ts';

const FORMAT = MEDIA_FORMATS.slin16;
/** What a busy machine may add to what happens on a line, ms: the bench holds them to their figures. */
export const LATE_MS = 150;

/** Of a sound, as far as they are found. */
const EDGES_MS = 15;

export const STREAM_RATE_HZ = FORMAT.sampleRateHz;

export interface AnsweredLine {
  readonly line: StreamLine;
  readonly phone: PhoneCall;
  /** When StasisStart arrived. */
  readonly stasisAtMs: number;
}

/** A telephone network and an application that makes each call a stream line. Only to be used inside a test. */
export class StreamLines {
  readonly telephony: Telephony;
  readonly ari: AriPort;
  readonly #lines: StreamLine[] = [];
  #onLine: (line: StreamLine, stasisAtMs: number) => void = () => undefined;

  static async start(kind: TelephonyKind): Promise<StreamLines> {
    const telephony = await startTelephony(kind, ['default']);
    const ari = await connectAri({
      ...telephony.ari,
      clock: systemClock,
      log: silentLog,
      random: Math.random,
    });
    return new StreamLines(telephony, ari);
  }

  private constructor(telephony: Telephony, ari: AriPort) {
    this.telephony = telephony;
    this.ari = ari;
    ari.onUnrouted((event) => {
      if (event.type !== 'StasisStart') return;
      const line = new StreamLine({
        ari,
        server: telephony.ari,
        clock: systemClock,
        log: silentLog,
        channelId: event.channelId,
        party: { direction: 'inbound', number: '', name: '', dialled: '', bot: undefined },
        format: FORMAT,
        detector: new LevelDetector(STREAM_RATE_HZ),
      });
      this.#lines.push(line);
      this.#onLine(line, event.atMs);
    });
  }

  /** What may be missing of a sound, ms. A phone behind a real Asterisk makes up for what was late by hurrying what follows. */
  get lostMs(): number {
    return this.telephony.simulator ? EDGES_MS : LATE_MS;
  }

  /** The line of the next call, not answered yet. */
  next(): Promise<{ readonly line: StreamLine; readonly stasisAtMs: number }> {
    return new Promise((resolve) => {
      this.#onLine = (line, stasisAtMs) => resolve({ line, stasisAtMs });
    });
  }

  /** A call that has been answered. */
  async call(): Promise<AnsweredLine> {
    const arriving = this.next();
    const dialling = this.telephony.phone.dial('100');
    const { line, stasisAtMs } = await arriving;
    const [phone] = await Promise.all([dialling, line.answer()]);
    return { line, phone, stasisAtMs };
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.#lines.splice(0).map((line) => line.close()));
  }

  async stop(): Promise<void> {
    await this.closeAll();
    await this.ari.close();
    await this.telephony.stop();
  }
}

/** After each test nothing may be left: no channel, no bridge, no recording, no file. */
export function describeStreamLines(name: string, tests: (lines: () => StreamLines) => void): void {
  describe.each(TELEPHONIES)(`${name} (%s)`, (kind) => {
    let lines: StreamLines | undefined;
    let missing: string | undefined;

    beforeAll(async () => {
      const found = kind === 'asterisk' ? await findOrInstallAsterisk() : undefined;
      if (found && !found.available) missing = found.reason;
      else lines = await StreamLines.start(kind);
    });
    beforeEach((context) => {
      if (missing !== undefined) doWithoutAsterisk(context, missing);
    });
    afterEach(async () => {
      await lines?.closeAll();
      if (lines) expect(await lines.telephony.leftovers()).toEqual(NOTHING);
    });
    afterAll(() => lines?.stop());

    tests(() => {
      if (!lines) throw new Error('the lines are there only inside a test');
      return lines;
    });
  });
}

/** What the phone has heard, as the hundreds of hertz of each tone; one in which the machine stood still for a moment is one all the same. */
export function hundredsHeard(phone: PhoneCall): number[] {
  const tones = tonesHeard(phone.heard()).map(({ hz, ...sound }) => ({
    ...sound,
    hundreds: Math.round(hz / 100),
  }));
  const goesOn = (at: number) => {
    const [before, tone] = [tones[at - 1], tones[at]];
    return before?.hundreds === tone?.hundreds && (tone?.startMs ?? 0) - (before?.endMs ?? 0) < LATE_MS;
  };
  return tones.filter((_, at) => !goesOn(at)).map(({ hundreds }) => hundreds);
}

/** The sounds between silences that are longer than the machine may stand still. */
export function soundsHeard(phone: PhoneCall): Sound[] {
  return findSounds(phone.heard(), { mergeGapsMs: LATE_MS });
}

/** How long it sounded, without the silences. */
export function soundedMs(phone: PhoneCall): number {
  return findSounds(phone.heard(), { mergeGapsMs: 5 }).reduce(
    (sum, { startMs, endMs }) => sum + endMs - startMs,
    0,
  );
}

/** Silences so short are no stall, which takes more than a phone's buffer: something was put together badly. Ms. */
const SEAM_MS = 20;

export function seamsHeard(phone: PhoneCall): readonly Sound[] {
  const sounds = findSounds(phone.heard(), { mergeGapsMs: 5 });
  return sounds.filter(({ startMs }, at) => at > 0 && startMs - (sounds[at - 1]?.endMs ?? 0) <= SEAM_MS);
}

export function pause(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}

export async function collected(audio: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of audio) pieces.push(piece);
  return concatBytes(pieces);
}
