/**
 * What every SynthesisProvider is held to, whoever's it is. A provider's own test says how its server speaks and fails; this says what
 * must come of that.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ParleyError } from '../../../base/errors.ts';
import { Listening, speechRequest } from './listening.ts';
import type { SynthesisProvider } from '../provider.ts';

/** What befalls the next requests at the server; `well` again ends it. */
export type Trouble =
  /** Takes the request and sends nothing. */
  | 'silent'
  /** The same, longer than the provider waits by itself. */
  | 'neverAnswers'
  /** Sends some audio, then nothing more. */
  | 'stalls'
  /** Sends some audio, then the connection ends. */
  | 'breaksOff'
  /** Sends half a sample too much. */
  | 'halfSample'
  /** More was asked for than is granted. */
  | 'quota'
  /** Sends what is no speech. */
  | 'garbage'
  | 'well';

export interface SynthesizerStage {
  readonly provider: SynthesisProvider;
  befall(trouble: Trouble): void;
  /** How many requests the server is still busy with. */
  underWay(): number;
  /** Nobody is there any more, until `restart`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface StageOptions {
  /** How long the provider may wait for its server before it gives up by itself, ms. */
  readonly deadlineMs: number;
}

/** Shorter than any test waits, longer than a server on the same machine needs. */
const DEADLINE_MS = 1500;
/** For what happens soon, on a busy machine. */
const SOON = { timeout: 5000 };

export function conformsAsSynthesizer(
  name: string,
  open: (options: StageOptions) => Promise<SynthesizerStage>,
): void {
  describe(`${name}, as every synthesizer,`, () => {
    let stage: SynthesizerStage;
    beforeEach(async () => {
      stage = await open({ deadlineMs: DEADLINE_MS });
    });
    afterEach(() => stage.stop());

    const hear = async (text?: string) => {
      const heard = new Listening(stage.provider, speechRequest(text));
      await heard.ended;
      return heard;
    };
    const idle = () => vi.waitFor(() => expect(stage.underWay()).toBe(0), SOON);
    const busy = () => vi.waitFor(() => expect(stage.underWay()).toBe(1), SOON);

    it('speaks, in whole samples, and says who spoke', async () => {
      const heard = await hear();
      expect(heard.error).toBeUndefined();
      expect(heard.samples.some((sample) => sample !== 0)).toBe(true);
      expect(heard.pieces.every(({ pcm }) => pcm.byteLength % 2 === 0)).toBe(true);
      expect(heard.providers).toEqual([stage.provider.name]);
      const words = heard.pieces.flatMap((piece) => piece.words);
      expect(words.length > 0).toBe(stage.provider.capabilities.timesWords);
    });

    it('leaves out half a sample', async () => {
      stage.befall('halfSample');
      const heard = await hear();
      expect(heard.error).toBeUndefined();
      expect(heard.pcm.byteLength).toBeGreaterThan(0);
      expect(heard.pieces.every(({ pcm }) => pcm.byteLength % 2 === 0)).toBe(true);
    });

    it('speaks to nobody who hangs up at once', async () => {
      const reason = new Error('too late');
      const heard = new Listening(stage.provider);
      heard.hangUp(reason);
      await heard.ended;
      expect(heard.error).toBe(reason);
      await idle();
    });

    it.each(['silent', 'stalls'] as const)(
      'is aborted at once while its server %s, and lets go of it',
      async (trouble) => {
        stage.befall(trouble);
        const heard = new Listening(stage.provider);
        await busy();
        const { streams } = stage.provider.capabilities;
        if (trouble === 'stalls' && streams)
          await vi.waitFor(() => expect(heard.pieces).not.toEqual([]), SOON);
        const reason = new Error('The caller hung up.');
        heard.hangUp(reason);
        await heard.ended;
        expect(heard.error).toBe(reason);
        await idle();
      },
    );

    it('hands on the patience that was lost with it', async () => {
      stage.befall('silent');
      const heard = new Listening(stage.provider);
      await busy();
      const lost = new ParleyError('TTS_TIMEOUT', 'It sent no audio for 700 ms.');
      heard.hangUp(lost);
      await heard.ended;
      expect(heard.error).toBe(lost);
    });

    it('lets go of its server when its reader has heard enough', async () => {
      // Whoever sends all at once has nothing left to stop.
      if (stage.provider.capabilities.streams) stage.befall('stalls');
      for await (const piece of stage.provider.synthesize(speechRequest(), new AbortController().signal))
        if (piece.pcm.byteLength > 0) break;
      await idle();
    });

    it('gives up by itself in the end, where nobody else does', async () => {
      stage.befall('neverAnswers');
      expect((await hear()).error).toMatchObject({ code: 'TTS_TIMEOUT', retryable: true });
      await idle();
    });

    it('says that too much was asked for, which may be asked again', async () => {
      stage.befall('quota');
      expect((await hear()).error).toMatchObject({ code: 'TTS_QUOTA', retryable: true });
    });

    it('takes garbage for no speech', async () => {
      stage.befall('garbage');
      const heard = await hear();
      expect(heard.error).toMatchObject({ code: 'TTS_BAD_ANSWER' });
      expect(heard.pcm.byteLength).toBe(0);
    });

    it('keeps what came before its connection broke, and says that it did', async () => {
      stage.befall('breaksOff');
      const heard = await hear();
      expect(heard.pcm.byteLength > 0).toBe(stage.provider.capabilities.streams);
      expect(heard.error).toMatchObject({ code: 'TTS_UNAVAILABLE', retryable: true });
    });

    it('refuses to speak nothing', async () => {
      expect((await hear('')).error).toMatchObject({ code: 'TTS_REJECTED', retryable: false });
    });

    it('speaks a text as long as it says, and refuses a longer one', async () => {
      const { mostCharacters } = stage.provider.capabilities;
      const longest = 'да '.repeat(mostCharacters).slice(0, mostCharacters - 1) + 'а';
      const heard = await hear(longest);
      expect(heard.error).toBeUndefined();
      expect((await hear(`${longest}а`)).error).toMatchObject({ code: 'TTS_REJECTED', retryable: false });
    });

    it('speaks again when its server is back', async () => {
      expect((await hear()).error).toBeUndefined();
      await stage.kill();
      expect((await hear()).error).toMatchObject({ code: 'TTS_UNAVAILABLE', retryable: true });
      await stage.restart();
      await vi.waitFor(async () => expect((await hear()).error).toBeUndefined(), { timeout: 15_000 });
    }, 25_000);

    it('can be closed twice, and speaks no more', async () => {
      await stage.provider.close();
      await stage.provider.close();
      expect((await hear()).error).toBeInstanceOf(Error);
    });
  });
}
