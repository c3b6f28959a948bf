/** Listens to what happens, for ever. Not by EventSource, which cannot show a token. */
import { ask } from './api.js';

/** Something comes every 15 s at least; after this the connection is dead, ms. */
const SILENT_AFTER_MS = 40_000;

/** Between two attempts, ms: at first, and at last. */
const PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

/** `onEvent(name, data)`; `onConnected(whether)`. */
export async function listen({ onEvent, onConnected }) {
  for (let failures = 0; ; failures++) {
    const tell = (name, data) => {
      if (failures >= 0) onConnected(true);
      failures = -1;
      onEvent(name, data);
    };
    await listenOnce(tell).catch(() => undefined);
    onConnected(false);
    const pauseMs = Math.min(PAUSE_MS * 2 ** Math.max(0, failures), LONGEST_PAUSE_MS);
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random())));
  }
}

async function listenOnce(tell) {
  const silent = new AbortController();
  let watch;
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(() => silent.abort(), SILENT_AFTER_MS);
  };
  try {
    heard();
    const answer = await ask('events', { signal: silent.signal });
    if (!answer.ok) return;
    let text = '';
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      heard();
      const blocks = (text + part.value).split('\n\n');
      text = blocks.pop();
      for (const block of blocks) tellOf(block, tell);
    }
  } finally {
    clearTimeout(watch);
  }
}

/** A heartbeat has no name. */
function tellOf(block, tell) {
  const [, name, data] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
  if (name !== undefined) tell(name, JSON.parse(data));
}
