/** A whole call on the virtual clock, of which a test gives the bot, the model, the tools, and what the caller says. */
import { AsyncQueue } from '../../base/async.ts';
import { silentLog } from '../../base/log.ts';
import { ManualClock } from '../../base/manual-clock.ts';
import type { Pcm } from '../../audio/pcm.ts';
import { profileSchemaFor } from '../../config/bot-profile.ts';
import type { Chat } from '../../llm/chat.ts';
import type { RecognitionEvent, Recognizer } from '../../speech/recognition/recognizer.ts';
import type { Synthesizer } from '../../speech/synthesis/synthesizer.ts';
import { ScriptedSynthesizer } from '../../speech/synthesis/testing/scripted-synthesizer.ts';
import type { Hearing, HearingListener, Line, Player } from '../../telephony/line.ts';
import { entriesOf } from '../../timeline/timeline-entries.ts';
import type { CallEndCause } from '../../timeline/timeline.ts';
import { MemoryJournal } from '../../tools/testing/memory-journal.ts';
import type { Tool } from '../../tools/tool.ts';
import { Call } from '../call.ts';
import { personasOf } from '../persona.ts';
import type { Resumed } from '../resumed.ts';
import { renderedPhrases } from '../speaking/testing/rendered-phrases.ts';
import type { PhraseBook } from '../speaking/phrase-book.ts';
import { ScriptedPlayer } from '../speaking/testing/scripted-player.ts';
import { willingLine } from './willing-line.ts';

const RATE_HZ = 8000;
const DETECTION_MS = 200;
/** From the end of a second of speech until its answer has been heard. */
const ANSWERED_MS = 6000;

export interface VirtualCallOptions {
  /** As it stands in YAML. */
  readonly profile: Readonly<Record<string, unknown>>;
  readonly chat: Chat;
  readonly tools?: readonly Tool[];
  readonly journal?: MemoryJournal;
  readonly clock?: ManualClock;
  readonly id?: string;
  readonly resumed?: Resumed;
  readonly player?: Player;
  /** Of a caller who is heard as sound; `say` is not for such a one. */
  readonly hearing?: Hearing;
  readonly recognizer?: Recognizer;
  /** Told of the call before it begins. */
  readonly onCall?: (call: Call) => void;
  /** What the bot's phrases sound like; 300 ms of silence if not given. */
  readonly phrase?: Pcm;
  readonly synthesizer?: Synthesizer;
}

export class VirtualCall {
  readonly call: Call;
  readonly clock: ManualClock;
  readonly ended: Promise<CallEndCause>;
  readonly #end = new AbortController();
  #listener: HearingListener | undefined;
  #words = '';

  private constructor(options: VirtualCallOptions, book: PhraseBook) {
    const { chat, clock = new ManualClock(), tools = [], journal = new MemoryJournal() } = options;
    this.clock = clock;
    const profile = profileOf(options);
    const line: Line = {
      id: options.id ?? 'call-1',
      party: { direction: 'inbound', number: '+12125550199', name: '', dialled: '100', bot: undefined },
      hearing: options.hearing ?? {
        detectionSilenceMs: DETECTION_MS,
        listen: (listener) => void (this.#listener = listener),
        capture: () => {
          const audio = new AsyncQueue<Uint8Array>();
          const done = () => audio.end();
          return { sampleRateHz: RATE_HZ, fromMs: clock.nowMs(), audio, finish: done, discard: done };
        },
      },
      player: options.player ?? new ScriptedPlayer(clock),
      ...willingLine(this.#end),
      letGo: () => undefined,
    };
    const words = () => this.#words;
    const recognizer = {
      name: 'scripted',
      async *recognize(audio: AsyncIterable<Uint8Array>): AsyncGenerator<RecognitionEvent> {
        for await (const _ of audio) continue;
        yield { kind: 'final', text: words() };
      },
      close: async () => undefined,
    };
    const abilities = {
      tools: { maxRounds: 4, list: () => tools },
      journal,
      contextOf: () => undefined,
      today: () => '2026-11-29',
    };
    const kit = {
      ...{
        clock,
        chat,
        abilities,
        recognizer: options.recognizer ?? recognizer,
        log: silentLog,
        random: () => 0,
      },
      synthesizer: options.synthesizer ?? new ScriptedSynthesizer('scripted', clock, {}),
      synthesisWindow: 3,
      fallback: undefined,
    };
    this.call = new Call(line, profile, personasOf(profile, book), kit, options.resumed);
    options.onCall?.(this.call);
    this.ended = this.call.run();
  }

  /** Resolves when the bot has been silent for a while: greeting, and what its script begins with, are over. */
  static async begin(options: VirtualCallOptions): Promise<VirtualCall> {
    const book = await renderedPhrases(profileOf(options), RATE_HZ, options.phrase);
    const begun = new VirtualCall(options, book);
    await begun.clock.advance(ANSWERED_MS);
    return begun;
  }

  /** The caller speaks for a second, and hears what comes of it. */
  async say(words: string): Promise<void> {
    this.#words = words;
    const startedAtMs = this.clock.nowMs();
    this.#listener?.speechStarted(startedAtMs);
    await this.clock.advance(1000 + DETECTION_MS);
    this.#listener?.speechStopped(startedAtMs, startedAtMs + 1000);
    await this.clock.advance(ANSWERED_MS);
  }

  /** The caller presses keys, one after the other, and waits. */
  async press(keys: string, waitMs = 0): Promise<void> {
    for (const key of keys) this.#listener?.digit(key);
    await this.clock.advance(waitMs);
  }

  /** What the bot has said, in its order. */
  get heard(): readonly string[] {
    return entriesOf(this.call.timeline.entries, 'playback.started').map(({ text }) => text);
  }

  /** What the next process knows of it, if this one is killed now. */
  leave(journal: MemoryJournal): Resumed {
    const { flow, messages, timeline, line } = this.call;
    const earlier = journal.ofCall(line.id);
    const known = { messages: [...messages], turn: timeline.turn, conversation: line.id, elapsedMs: 0 };
    return JSON.parse(JSON.stringify({ ...known, flow, earlier })) as Resumed;
  }
}

function profileOf({ profile }: VirtualCallOptions) {
  const raw = { prompt: 'Ты продавец.', greeting: 'Алло.', fillers: { enabled: false }, ...profile };
  return { name: 'shop', ...profileSchemaFor(raw).parse(raw) };
}
