/** Calls a bot from the page: by voice, or by typing what the caller says. The other side is src/telephony/browser/page-wire.ts. */
import { token } from './api.js';
import { isGone } from './connection.js';
import { byId, element, setText } from './dom.js';

const PROTOCOL = 'parley.phone';

/** The meter's full width, of a microphone's loudest: people speak at a tenth of it. */
const LOUD = 0.25;

const ENDS = {
  us: 'The bot hung up.',
  caller: 'You hung up.',
  lost: 'The connection was lost.',
};

export class Phone {
  #onCall;
  #socket;
  #audio;
  #isMuted = false;
  #isAnswered = false;

  /** `onCall(id)` is told which call it is. */
  constructor(onCall) {
    this.#onCall = onCall;
    byId('phone-open').addEventListener('click', () => this.#toggle());
    byId('phone-close').addEventListener('click', () => this.#toggle(false));
    byId('phone-form').addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#socket) this.#hangUp();
      else void this.#call();
    });
    byId('phone-mute').addEventListener('click', () => this.#mute(!this.#isMuted));
    byId('phone-say').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#type();
    });
    this.#openIfAsked(new URLSearchParams(location.hash.slice(1)).get('phone'));
  }

  /** `parley play` opens the page with `#phone=talking`, or `#phone=typing` where a stand-in for recognition understands no speech. */
  #openIfAsked(how) {
    if (how === null) return;
    byId('phone').hidden = false;
    byId('phone-open').setAttribute('aria-expanded', 'true');
    if (how !== 'typing') return;
    byId('phone-microphone').checked = false;
    this.#say(
      'Choose a bot, call, and type: no speech is understood here, for lack of a key for recognition.',
    );
  }

  /** Which bots there are. */
  showBots(names) {
    const select = byId('phone-bot');
    const known = [...select.options].map(({ value }) => value);
    if (known.join('\n') === names.join('\n')) return;
    const chosen = select.value;
    select.replaceChildren(...names.map((name) => element('option', '', name)));
    select.value = names.includes(chosen) ? chosen : names.includes('default') ? 'default' : names[0];
  }

  #toggle(isOpen = byId('phone').hidden) {
    byId('phone').hidden = !isOpen;
    byId('phone-open').setAttribute('aria-expanded', String(isOpen));
    if (isOpen) byId('phone-bot').focus();
    else {
      this.#hangUp();
      byId('phone-open').focus();
    }
  }

  async #call() {
    this.#say('Calling…');
    this.#show('calling');
    try {
      this.#audio = await openAudio(byId('phone-microphone').checked);
    } catch ({ message }) {
      this.#show('idle');
      return this.#say(message);
    }
    this.#mute(!this.#audio.microphone);
    const address = new URL('api/phone', location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const bot = byId('phone-bot').value;
    if (bot) address.searchParams.set('bot', bot);
    const shown = token();
    const protocols = shown === undefined ? [PROTOCOL] : [PROTOCOL, `parley.token.${base64url(shown)}`];
    const socket = new WebSocket(address, protocols);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    this.#isAnswered = false;
    socket.addEventListener('message', ({ data }) => this.#hear(data));
    socket.addEventListener('close', () => this.#over());
    const { microphone, speaker } = this.#audio;
    speaker.port.onmessage = ({ data: id }) => this.#tell({ event: 'mark', id });
    if (microphone) microphone.port.onmessage = ({ data }) => this.#speak(data);
  }

  #hear(data) {
    if (data instanceof ArrayBuffer) return this.#audio.speaker.port.postMessage(data, [data]);
    const message = JSON.parse(data);
    switch (message.event) {
      case 'call':
        return this.#onCall(message.id);
      case 'answered':
        this.#isAnswered = true;
        this.#show('talking');
        return this.#say(this.#audio.microphone ? 'Speak, or type.' : 'Type what the caller says.');
      case 'ended':
        this.#show('idle');
        return this.#say(this.#endOf(message));
      case 'error':
        return this.#say(`${message.message} (${message.code})`);
      default:
        return this.#audio.speaker.port.postMessage(message);
    }
  }

  #endOf({ by, to }) {
    if (to !== undefined) return `Here a telephone is handed over to ${to}.`;
    return this.#isAnswered ? ENDS[by] : 'The call was not taken.';
  }

  #speak(frame) {
    this.#meter(this.#isMuted ? 0 : loudness(new Int16Array(frame)));
    if (this.#isAnswered && !this.#isMuted && this.#socket?.readyState === WebSocket.OPEN)
      this.#socket.send(frame);
  }

  #type() {
    const field = byId('phone-text');
    const text = field.value.trim();
    if (text === '' || !this.#isAnswered) return;
    this.#tell({ event: 'typed', text });
    field.value = '';
  }

  /** Who is muted sends nothing: that is heard as silence. */
  #mute(isMuted) {
    this.#isMuted = isMuted;
    byId('phone-mute').setAttribute('aria-pressed', String(isMuted));
    setText(byId('phone-mute'), isMuted ? 'Unmute' : 'Mute');
    this.#meter(0);
  }

  #hangUp() {
    this.#tell({ event: 'hangup' });
    this.#socket?.close();
  }

  #over() {
    this.#socket = undefined;
    void this.#audio?.close();
    this.#audio = undefined;
    this.#meter(0);
    if (byId('phone').dataset.state === 'calling') this.#say('The call was not taken.');
    this.#show('idle');
  }

  #tell(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #show(state) {
    byId('phone').dataset.state = state;
    const isIdle = state === 'idle';
    setText(byId('phone-call'), isIdle ? 'Call' : 'Hang up');
    byId('phone-call').classList.toggle('primary', isIdle);
    byId('phone-call').classList.toggle('danger', !isIdle);
    // Who is talking may hang up, whatever has become of the rest.
    byId('phone-call').disabled = isIdle && isGone();
    byId('phone-bot').disabled = !isIdle;
    byId('phone-microphone').disabled = !isIdle;
    byId('phone-mute').hidden = isIdle || !this.#audio?.microphone;
    byId('phone-say').hidden = state !== 'talking';
    if (state === 'talking' && !this.#audio?.microphone) byId('phone-text').focus();
  }

  #say(text) {
    setText(byId('phone-status'), text);
  }

  #meter(share) {
    byId('phone-level').style.width = `${(Math.min(1, share / LOUD) * 100).toFixed(0)}%`;
  }
}

/** Throws an Error that can be shown. */
async function openAudio(wantsMicrophone) {
  const context = new AudioContext({ latencyHint: 'interactive' });
  const stream = wantsMicrophone ? await openMicrophone() : undefined;
  await context.audioWorklet.addModule('phone-worklet.js');
  await context.resume();
  const speaker = new AudioWorkletNode(context, 'speaker', { numberOfInputs: 0, outputChannelCount: [1] });
  speaker.connect(context.destination);
  let microphone;
  if (stream) {
    const one = { numberOfOutputs: 0, channelCount: 1, channelCountMode: 'explicit' };
    microphone = new AudioWorkletNode(context, 'microphone', one);
    context.createMediaStreamSource(stream).connect(microphone);
  }
  return {
    speaker,
    microphone,
    async close() {
      for (const track of stream?.getTracks() ?? []) track.stop();
      await context.close();
    },
  };
}

async function openMicrophone() {
  if (!navigator.mediaDevices)
    throw new Error('Browsers open the microphone over HTTPS or on this machine only. You can type instead.');
  try {
    const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return await navigator.mediaDevices.getUserMedia({ audio });
  } catch {
    throw new Error('The microphone may not be used. You can type instead.');
  }
}

function loudness(samples) {
  const sum = samples.reduce((total, sample) => total + (sample / 32_768) ** 2, 0);
  return Math.sqrt(sum / samples.length);
}

function base64url(text) {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
