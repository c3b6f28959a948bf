/** Listens to what happens, for ever. Not by EventSource, which cannot show a token. */
import { ask } from './api.js';

/** Something comes every 15 s at least; after this the connection is dead, ms. */
const SILENT_AFTER_MS = 40_000;

/** A service that is well sends the first event in a few ms; whoever is silent for so long at first is gone, ms. */
const FIRST_WITHIN_MS = 5000;

/** Between two attempts, ms, half as much again or half as little: what has come back is seen within two seconds. */
const PAUSE_MS = 800;

/** Listens until the page is closed. `onEvent(name, data)`; `onConnected(whether)`. `reconnect()` gives up a connection that is dead. */
export function listen({ onEvent, onConnected }) {
  let connection = new AbortController();
  const listenForEver = async () => {
    for (;;) {
      connection = new AbortController();
      let isConnected = false;
      const tell = (name, data) => {
        if (!isConnected) onConnected(true);
        isConnected = true;
        onEvent(name, data);
      };
      await listenOnce(tell, connection).catch(() => undefined);
      onConnected(false);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (0.5 + Math.random())));
    }
  };
  void listenForEver();
  return { reconnect: () => connection.abort() };
}

async function listenOnce(tell, connection) {
  let watch;
  const heard = (patienceMs = SILENT_AFTER_MS) => {
    clearTimeout(watch);
    watch = setTimeout(() => connection.abort(), patienceMs);
  };
  try {
    heard(FIRST_WITHIN_MS);
    const answer = await ask('events', { signal: connection.signal });
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
