/** Plays the recording from wherever one points at, and shows where it is. */

/** How far an arrow key goes, ms; with Shift, further. */
const STEP_MS = 1000;
const LONG_STEP_MS = 5000;

/** As in the page itself: 1:04.2 */
function clockText(ms) {
  const tenths = Math.round(ms / 100);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

/** Within `root`, which holds a player and may hold turns: the document itself, or an element that is gone when another call is looked at. */
export function playRecording(root) {
  const audio = root.querySelector('audio');
  const player = root.querySelector('.player');
  const playButton = root.querySelector('.play');
  const slider = root.querySelector('.waves');
  const clock = root.querySelector('.clock b');
  const heads = [...root.querySelectorAll('.head')];
  const lines = [...root.querySelectorAll('.line')];
  const wholeMs = Number(slider.dataset.to);

  function nowMs() {
    return audio.currentTime * 1000;
  }

  function seek(ms) {
    audio.currentTime = Math.min(Math.max(ms, 0), wholeMs) / 1000;
    show();
  }

  async function playFrom(ms) {
    seek(ms);
    await play();
  }

  async function play() {
    // Refused where nobody has touched the page yet; then the button is still there.
    await audio.play().catch(() => undefined);
  }

  function toggle() {
    if (audio.paused) void play();
    else audio.pause();
  }

  function show() {
    const ms = nowMs();
    const text = clockText(ms);
    clock.textContent = text;
    slider.setAttribute('aria-valuenow', String(Math.round(ms)));
    slider.setAttribute('aria-valuetext', text);
    for (const head of heads) {
      const from = Number(head.dataset.headFrom);
      const to = Number(head.dataset.headTo);
      head.hidden = ms < from || ms > to;
      head.style.left = `${((ms - from) / (to - from)) * 100}%`;
    }
    for (const line of lines) {
      const isHeard = ms > 0 && ms >= Number(line.dataset.at) && ms < Number(line.dataset.until);
      if (isHeard) line.setAttribute('aria-current', 'true');
      else line.removeAttribute('aria-current');
    }
  }

  function showWhilePlaying() {
    show();
    if (!audio.paused) requestAnimationFrame(showWhilePlaying);
  }

  function showState() {
    player.classList.toggle('is-playing', !audio.paused);
    playButton.setAttribute('aria-label', audio.paused ? 'Play' : 'Pause');
    showWhilePlaying();
  }

  for (const event of ['play', 'pause', 'ended']) audio.addEventListener(event, showState);
  audio.addEventListener('seeked', show);
  playButton.addEventListener('click', toggle);

  root.addEventListener('click', (event) => {
    const place = event.target.closest('[data-at]');
    if (place) return void playFrom(Number(place.dataset.at));
    const plot = event.target.closest('[data-from]');
    if (plot) void playFrom(timeAt(plot, event.clientX));
  });

  /** What a point of a plot stands for. */
  function timeAt(plot, clientX) {
    const { left, width } = plot.getBoundingClientRect();
    const from = Number(plot.dataset.from);
    return from + ((clientX - left) / width) * (Number(plot.dataset.to) - from);
  }

  const KEYS = {
    ArrowLeft: (ms, step) => ms - step,
    ArrowRight: (ms, step) => ms + step,
    Home: () => 0,
    End: () => wholeMs,
  };

  root.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // These know themselves what a key means.
    if (event.target.closest('input')) return;
    if (event.key === ' ' && !event.target.closest('button, a')) toggle();
    else if (event.key in KEYS && isForPlayer(event))
      seek(KEYS[event.key](nowMs(), event.shiftKey ? LONG_STEP_MS : STEP_MS));
    else if (!moveInTranscript(event)) return;
    event.preventDefault();
  });

  /** Home and End belong to the page everywhere else; the arrows scroll what can be scrolled sideways. */
  function isForPlayer(event) {
    if (event.target === slider) return true;
    return event.key.startsWith('Arrow') && !event.target.closest('.falls');
  }

  function moveInTranscript({ key, target }) {
    const at = lines.indexOf(target);
    const by = { ArrowDown: 1, ArrowUp: -1 }[key];
    const next = at < 0 || by === undefined ? undefined : lines[at + by];
    next?.focus();
    return next !== undefined;
  }

  /** One side alone, in both ears: until somebody asks for that, the recording plays as it is, one side in each ear. */
  let gains;

  function listenTo(side) {
    gains ??= side === 'both' ? undefined : splitSides();
    if (!gains) return;
    gains.caller.gain.value = side === 'bot' ? 0 : 1;
    gains.bot.gain.value = side === 'caller' ? 0 : 1;
  }

  function splitSides() {
    const context = new AudioContext();
    const splitter = context.createChannelSplitter(2);
    const sides = [0, 1].map((channel) => {
      const gain = context.createGain();
      splitter.connect(gain, channel);
      gain.connect(context.destination);
      return gain;
    });
    context.createMediaElementSource(audio).connect(splitter);
    return { caller: sides[0], bot: sides[1] };
  }

  for (const input of root.querySelectorAll('input[name=side]'))
    input.addEventListener('change', () => listenTo(input.value));
}
