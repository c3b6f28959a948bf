/**
 * What chan_websocket keeps of what an application sends it: frames, with marks among them. Compared with 22.10.1, oddities included:
 * whole messages vanish at 1000 frames, the rest of a message vanishes unless media is being buffered, a flush leaves XOFF standing
 * until the next tick.
 */
const LONGEST = 1000;
const XOFF_LEVEL = 900;
const XON_LEVEL = 800;

/** Text that Asterisk sends to the application. */
export type MediaEvent = Readonly<Record<string, unknown>> & { readonly event: string };

export class MediaQueue {
  readonly #frameBytes: number;
  readonly #tell: (event: MediaEvent) => void;
  #items: (Uint8Array | MediaEvent)[] = [];
  #length = 0;
  #full = false;
  #paused = false;
  #buffering = false;
  #reportDrained = false;
  #leftover: Uint8Array = new Uint8Array(0);

  constructor(frameBytes: number, tell: (event: MediaEvent) => void) {
    this.#frameBytes = frameBytes;
    this.#tell = tell;
  }

  /** The frame of this tick; undefined if it is silence. */
  next(): Uint8Array | undefined {
    if (this.#paused) return undefined;
    if (this.#full && this.#length < XON_LEVEL) {
      this.#full = false;
      this.#tell({ event: 'MEDIA_XON' });
    }
    if (this.#items.length === 0 && this.#reportDrained) {
      this.#reportDrained = false;
      this.#tell({ event: 'QUEUE_DRAINED' });
    }
    for (let item = this.#items.shift(); item; item = this.#items.shift()) {
      if (item instanceof Uint8Array) {
        this.#length--;
        return item;
      }
      this.#tell(item);
    }
    return undefined;
  }

  /** A binary message. */
  take(message: Uint8Array): void {
    if (this.#length >= LONGEST) return;
    const data = this.#buffering ? Buffer.concat([this.#leftover, message]) : message;
    const whole = data.byteLength - (data.byteLength % this.#frameBytes);
    for (let at = 0; at < whole; at += this.#frameBytes) this.#add(data.slice(at, at + this.#frameBytes));
    this.#leftover = this.#buffering ? data.slice(whole) : new Uint8Array(0);
  }

  /** A text message; throws a SyntaxError if it is no JSON. */
  command(text: string): void {
    const { command, correlation_id = '' } = JSON.parse(text) as Partial<Record<string, string>>;
    switch (command) {
      case 'START_MEDIA_BUFFERING':
        this.#buffering = true;
        return;
      case 'STOP_MEDIA_BUFFERING':
        return this.#stopBuffering(correlation_id);
      case 'MARK_MEDIA':
        this.#items.push({ event: 'MEDIA_MARK_PROCESSED', correlation_id });
        return;
      case 'PAUSE_MEDIA':
        this.#paused = true;
        return;
      case 'CONTINUE_MEDIA':
        this.#paused = false;
        return;
      case 'FLUSH_MEDIA':
        return this.#flush();
      case 'REPORT_QUEUE_DRAINED':
        this.#reportDrained = true;
        return;
      case 'GET_STATUS':
        return this.#tell(this.#status());
    }
  }

  #add(frame: Uint8Array): void {
    this.#items.push(frame);
    this.#length++;
    if (this.#full || this.#length < XOFF_LEVEL) return;
    this.#full = true;
    this.#tell({ event: 'MEDIA_XOFF' });
  }

  #stopBuffering(correlation_id: string): void {
    this.#buffering = false;
    if (this.#leftover.byteLength > 0) {
      const padded = new Uint8Array(this.#frameBytes);
      padded.set(this.#leftover);
      this.#add(padded);
    }
    this.#leftover = new Uint8Array(0);
    this.#items.push({ event: 'MEDIA_BUFFERING_COMPLETED', correlation_id });
  }

  #flush(): void {
    this.#items = [];
    this.#length = 0;
    this.#buffering = false;
    this.#leftover = new Uint8Array(0);
  }

  #status(): MediaEvent {
    return {
      event: 'STATUS',
      queue_length: this.#length,
      xon_level: XON_LEVEL,
      xoff_level: XOFF_LEVEL,
      queue_full: this.#full,
      bulk_media: this.#buffering,
      media_paused: this.#paused,
    };
  }
}
