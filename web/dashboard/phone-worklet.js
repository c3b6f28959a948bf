/**
 * The sound of the browser phone, on the audio thread: a microphone that tells what it hears in frames of 20 ms, and a speaker that plays
 * what it is given in its order, tells marks when it comes to them, and stands still or forgets everything at once.
 */
/* global AudioWorkletProcessor, registerProcessor, sampleRate */

/** Of what goes over the line, Hz. */
const LINE_RATE = 16_000;
const FRAME_SAMPLES = LINE_RATE / 50;

class Microphone extends AudioWorkletProcessor {
  #frame = new Int16Array(FRAME_SAMPLES);
  #filled = 0;
  /** Of the line's sample that is being heard: the sum of what was heard, and how much of it. */
  #sum = 0;
  #weight = 0;
  /** How many of the microphone's samples make one of the line. */
  #ratio = sampleRate / LINE_RATE;

  process([[samples]]) {
    for (const sample of samples ?? []) {
      // What lies on the border belongs to both sides of it.
      const mine = Math.min(1, this.#ratio - this.#weight);
      this.#sum += sample * mine;
      this.#weight += mine;
      if (this.#weight < this.#ratio - 1e-9) continue;
      this.#put(this.#sum / this.#ratio);
      this.#sum = sample * (1 - mine);
      this.#weight = 1 - mine;
    }
    return true;
  }

  #put(value) {
    this.#frame[this.#filled++] = Math.max(-1, Math.min(1, value)) * 32_767;
    if (this.#filled < FRAME_SAMPLES) return;
    this.port.postMessage(this.#frame.buffer, [this.#frame.buffer]);
    this.#frame = new Int16Array(FRAME_SAMPLES);
    this.#filled = 0;
  }
}

class Speaker extends AudioWorkletProcessor {
  /** Sound, and the marks in it: { samples, at } or { mark }. */
  #queue = [];
  #isPaused = false;
  /** Where between two of the line's samples we are, 0 to 1, and which two. */
  #place = 1;
  #from = 0;
  #to = 0;
  #step = LINE_RATE / sampleRate;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => this.#take(data);
  }

  process(_inputs, [[output]]) {
    if (this.#isPaused) return true;
    for (let at = 0; at < output.length; at++) output[at] = this.#next();
    return true;
  }

  #take(message) {
    if (message instanceof ArrayBuffer) this.#queue.push({ samples: new Int16Array(message), at: 0 });
    else if (message.event === 'mark') this.#queue.push({ mark: message.id });
    else if (message.event === 'pause') this.#isPaused = true;
    else if (message.event === 'resume') this.#isPaused = false;
    else if (message.event === 'flush') this.#queue = [];
    // Nobody waits for sound to come to it.
    this.#tellMarks();
  }

  #next() {
    this.#place += this.#step;
    while (this.#place >= 1) {
      this.#place -= 1;
      this.#from = this.#to;
      this.#to = this.#read();
    }
    return this.#from + (this.#to - this.#from) * this.#place;
  }

  #read() {
    const [first] = this.#queue;
    if (!first) return 0;
    const value = first.samples[first.at++] / 32_768;
    if (first.at >= first.samples.length) this.#queue.shift();
    this.#tellMarks();
    return value;
  }

  /** Those that stand before all sound: everything before them was played. */
  #tellMarks() {
    while (!this.#isPaused && this.#queue[0]?.mark !== undefined)
      this.port.postMessage(this.#queue.shift().mark);
  }
}

registerProcessor('microphone', Microphone);
registerProcessor('speaker', Speaker);
