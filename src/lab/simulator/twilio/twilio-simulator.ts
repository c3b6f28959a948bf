/**
 * A stand-in for Twilio Voice: people call its numbers and are called by it, webhooks and upgrades are signed, audio goes both ways over
 * Media Streams, and calls are ordered over REST. Nothing here was compared with the live service: it follows Twilio's documents, and is
 * as strict as they are.
 */
import { systemClock } from '../../../base/clock.ts';
import type { CallablePhone, Phone } from '../../phone/phone.ts';
import { MediaClock } from '../asterisk/media-clock.ts';
import { Conferences } from './conferences.ts';
import { TwilioCall, type Network } from './call.ts';
import { noFaults, type ProtocolFault, type TwilioFaults } from './faults.ts';
import { CalledTwilioPhone, TwilioPhone, type PhoneNetwork } from './phones.ts';
import { RestApi } from './rest-api.ts';
import { Webhooks } from './webhooks.ts';

export interface TwilioSimulatorOptions {
  /** How the world, and so Twilio, reaches the service: `https://voice.example.com`. */
  readonly publicUrl: string;
  /** The account's numbers, and where each asks what to do with a call: `/voice-stream?bot=sales`. */
  readonly numbers: Readonly<Record<string, string>>;
  /** Where statuses of calls to these numbers are told. */
  readonly statusPath?: string;
}

export interface TwilioSimulator {
  /** `http://127.0.0.1:PORT`, of the REST API. */
  readonly apiUrl: string;
  readonly accountSid: string;
  readonly authToken: string;
  readonly faults: TwilioFaults;
  /** What Twilio would have warned about, or refused, since the start. */
  readonly protocolFaults: readonly ProtocolFault[];
  /** Since the start, in their order. */
  readonly calls: readonly TwilioCall[];
  /** Orders over REST since the start. */
  readonly orders: readonly string[];
  /** The service is here: `http://127.0.0.1:8080`. Of several servers each is asked in turn. */
  serve(...localUrls: string[]): void;
  phone(): Phone;
  /** A phone that can be called at this number or SIP address. */
  phoneAt(number: string): CallablePhone;
  /** Calls that are not over, or have a stream that nobody has closed, by their CallSid. */
  leftovers(): readonly string[];
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Looks like one, and is none. */
const ACCOUNT_SID = `AC${'0123456789abcdef'.repeat(2)}`;
const AUTH_TOKEN = 'fedcba9876543210fedcba9876543210';

export async function startTwilioSimulator(options: TwilioSimulatorOptions): Promise<TwilioSimulator> {
  const calls: TwilioCall[] = [];
  const protocolFaults: ProtocolFault[] = [];
  const phones: Phone[] = [];
  const called = new Map<string, CalledTwilioPhone>();
  const faults = noFaults();
  let localUrls: readonly string[] = [];
  let asked = 0;
  const media = new MediaClock(systemClock, (atMs) => {
    for (const call of calls) call.tick(atMs);
  });
  const onFault = (fault: ProtocolFault) => void protocolFaults.push(fault);
  const reach = (url: string) => reached(url, options.publicUrl, localUrls[asked++ % localUrls.length]);
  const network: Network = {
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
    faults,
    webhooks: new Webhooks({ authToken: AUTH_TOKEN, faults, reach, onFault }),
    reach,
    onFault,
    catchUp: () => media.catchUp(),
    phoneAt: (number) => called.get(number),
    add: (call) => void calls.push(call),
    conferences: new Conferences(),
  };
  const phoneNetwork: PhoneNetwork = {
    call(number, from, handset) {
      const path = options.numbers[number];
      if (path === undefined) return undefined;
      const { publicUrl, statusPath } = options;
      const call = new TwilioCall(network, {
        direction: 'inbound',
        from,
        to: number,
        handset,
        goesBy: { url: publicUrl + path },
        statusUrl: statusPath === undefined ? undefined : publicUrl + statusPath,
      });
      void call.arrive();
      return call;
    },
    catchUp: () => media.catchUp(),
  };
  const callOf = (sid: string) => calls.find((call) => call.sid === sid);
  const rest = await RestApi.listen({ network, phones: phoneNetwork, callOf });
  const kept = <P extends Phone>(phone: P): P => {
    phones.push(phone);
    return phone;
  };
  return {
    apiUrl: rest.url,
    accountSid: ACCOUNT_SID,
    authToken: AUTH_TOKEN,
    faults,
    protocolFaults,
    calls,
    orders: rest.requests,
    serve: (...urls) => void (localUrls = urls),
    phone: () => kept(new TwilioPhone(phoneNetwork)),
    phoneAt(number) {
      const phone = kept(new CalledTwilioPhone(phoneNetwork, number));
      called.set(number, phone);
      return phone;
    },
    leftovers: () => calls.filter((call) => !call.isGone).map(({ sid }) => sid),
    async stop() {
      for (const phone of phones) await phone.close();
      for (const call of calls) call.cut();
      media.stop();
      await rest.close();
    },
  };
}

/** What is public is found on this machine, without TLS. */
function reached(url: string, publicUrl: string, localUrl: string | undefined): string {
  const asked = new URL(url);
  if (asked.host !== new URL(publicUrl).host) return url;
  if (localUrl === undefined) throw new Error('nobody has said where the service is: serve(localUrl)');
  const local = new URL(localUrl);
  const scheme = asked.protocol === 'wss:' ? 'ws:' : 'http:';
  return `${scheme}//${local.host}${asked.pathname}${asked.search}`;
}
