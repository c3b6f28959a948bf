/** Who says what in a call, as it is told entry by entry; and what its turns are. */

const KINDS = {
  filler: 'filler',
  hold: 'hold',
  repeat: 'asks to repeat',
  prompt: 'prompt',
  apology: 'apology',
  goodbye: 'goodbye',
  operator: 'the operator’s words',
};

const FAILED = { recognition: 'Recognition failed', chat: 'The model failed', synthesis: 'Synthesis failed' };

export class Transcript {
  /** In the order in which it was heard. */
  lines = [];
  /** The last turn that has begun; 0 is the greeting. */
  turn = 0;
  /** The turns whose picture will not change any more. */
  over = new Set();
  #partial;
  #speechAtMs = 0;

  constructor(entries = []) {
    for (const entry of entries) this.add(entry);
  }

  add(entry) {
    this.turn = Math.max(this.turn, entry.turn);
    switch (entry.type) {
      case 'speech.started':
        if (!this.#partial) this.#speechAtMs = entry.atMs;
        return;
      case 'recognition.partial':
        this.#partial ??= this.#put({ who: 'caller', atMs: this.#speechAtMs, isPartial: true });
        this.#partial.text = entry.text;
        return;
      case 'bargeIn.resumed':
        return this.#forgetPartial();
      case 'recognition.done':
        this.#forgetPartial();
        this.#put({ who: 'caller', atMs: Math.min(this.#speechAtMs, entry.atMs), text: entry.text });
        return;
      case 'playback.started':
        return this.#botSays(entry);
      case 'playback.finished':
        return this.#botFellSilent(entry);
      case 'flow.step':
        this.#put({
          who: 'note',
          kind: entry.type,
          atMs: entry.atMs,
          text: `Step: ${entry.step} (${entry.phase})`,
        });
        return;
      case 'tool.done':
        this.#put({
          who: 'note',
          kind: `${entry.type} ${entry.name}`,
          atMs: entry.atMs,
          text: `${entry.name}: ${entry.status} in ${(entry.tookMs / 1000).toFixed(1)} s`,
        });
        return;
      case 'language.switched':
        this.#put({ who: 'note', kind: entry.type, atMs: entry.atMs, text: `Language: ${entry.to}` });
        return;
      case 'failure':
        this.#put({ who: 'note', atMs: entry.atMs, text: `${FAILED[entry.during]}: ${entry.code}` });
        return;
      case 'turn.over':
        this.over.add(entry.turn);
    }
  }

  /** What is being said, or was said last. */
  get last() {
    return this.lines.findLast(({ who }) => who !== 'note');
  }

  #botSays({ atMs, kind, index, turn, text }) {
    const last = this.lines.at(-1);
    if (kind === 'answer' && last?.who === 'bot' && last.kind === kind && last.turn === turn) {
      last.text += ` ${text}`;
      last.index = index;
      return;
    }
    this.#put({ who: 'bot', atMs, kind, index, turn, note: KINDS[kind], text });
  }

  #botFellSilent({ kind, index, outcome }) {
    const line = this.lines.findLast((one) => one.kind === kind && one.index === index);
    if (line && outcome === 'stopped') line.isCut = true;
  }

  #forgetPartial() {
    this.lines = this.lines.filter((line) => line !== this.#partial);
    this.#partial = undefined;
  }

  #put(line) {
    const after = this.lines.findLastIndex(({ atMs }) => atMs <= line.atMs);
    line.key = `${line.who} ${line.atMs} ${line.kind ?? ''}`;
    this.lines.splice(after + 1, 0, line);
    return line;
  }
}
