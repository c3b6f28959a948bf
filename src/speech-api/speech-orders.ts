/** What the desks of the speech API are asked for. */
import type { VoiceWish } from './choose-voice.ts';
import type { SpeechFormat } from './formats/speech-formats.ts';

export interface SpeechOrder extends VoiceWish {
  readonly format: SpeechFormat;
  /** 0.25 to 4; 1 is the voice's own pace. */
  readonly speed: number;
  /** A manner of speaking that the voice has; one that it has not is left out, with a warning. */
  readonly role?: string | undefined;
  /** 0.5 to 2; 1 is the voice's own. */
  readonly pitch?: number;
  /** 0 to 2; 1 is as the voice speaks. */
  readonly volume?: number;
  /** The text is SSML. */
  readonly ssml?: boolean;
}

export interface HearingOrder {
  /** A whole file, of any kind that is known here. */
  readonly file: Uint8Array;
  /** BCP-47 or its first part; told by the provider where it is not given. */
  readonly language?: string | undefined;
  readonly preferred?: string | undefined;
  /** When each word was said is wanted as well. */
  readonly wordTimes?: boolean;
  /** Noise is to be taken out of the recording before it is heard. */
  readonly noiseReduction?: boolean;
}
