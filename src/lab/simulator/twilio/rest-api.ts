/** Twilio's REST API as far as calls need it (twilio.com/docs/voice/api/call-resource): create, end, redirect; with its errors. */
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { systemClock, type CancelTimer } from '../../../base/clock.ts';
import { TwilioCall, type Network } from './call.ts';
import { TwilioHandset, type PhoneNetwork } from './phones.ts';
import { isSameText } from '../../../base/same-text.ts';

export interface RestApiOptions {
  readonly network: Network;
  readonly phones: PhoneNetwork;
  readonly callOf: (sid: string) => TwilioCall | undefined;
}

const HOST = '127.0.0.1';
/** A document in a request may have so many characters. */
const TWIML_CHARACTERS = 4000;
/** How long a phone rings before somebody answers, ms. */
const RINGS_MS = 40;
/** Twilio's default of Timeout, seconds. */
const TIMEOUT_SECONDS = 60;

/** Twilio's numbers (twilio.com/docs/api/errors). */
const REFUSED = {
  credentials: [401, 20_003, 'Authenticate'],
  unknown: [404, 20_404, 'The requested resource was not found'],
  noTo: [400, 21_201, "No 'To' number is specified"],
  badTo: [400, 21_211, "Invalid 'To' Phone Number"],
  noFrom: [400, 21_213, "'From' phone number is required"],
  noDocument: [400, 21_205, 'Url parameter is required'],
  over: [400, 21_220, 'Call is not in-progress. Cannot redirect.'],
  tooLong: [400, 21_620, 'Twiml is too long'],
} as const;

export class RestApi {
  readonly #options: RestApiOptions;
  readonly #http: FastifyInstance = fastify({ forceCloseConnections: true });
  readonly #timers = new Set<CancelTimer>();
  /** `METHOD path field=value…` of each request. */
  readonly requests: string[] = [];

  static async listen(options: RestApiOptions): Promise<RestApi> {
    const api = new RestApi(options);
    await api.#http.listen({ host: HOST, port: 0 });
    return api;
  }

  private constructor(options: RestApiOptions) {
    this.#options = options;
    const { accountSid } = options.network;
    const base = `/2010-04-01/Accounts/${accountSid}`;
    this.#http.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body: string, done) => done(null, new URLSearchParams(body)),
    );
    this.#http.addHook('onRequest', async (request, reply) => {
      if (!this.#mayEnter(request.headers.authorization)) return refuse(reply, 'credentials');
      return undefined;
    });
    this.#http.setNotFoundHandler((_request, reply) => refuse(reply, 'unknown'));
    this.#http.get(`${base}.json`, async () => ({ sid: accountSid, status: 'active' }));
    this.#http.post(`${base}/Calls.json`, (request, reply) => this.#create(request.body as Form, reply));
    this.#http.get(`${base}/Calls/:call.json`, (request, reply) => {
      const { call: sid } = request.params as { readonly call: string };
      const call = this.#options.callOf(sid);
      return call ? reply.send({ sid, status: call.status }) : refuse(reply, 'unknown');
    });
    this.#http.post(`${base}/Calls/:call.json`, (request, reply) => {
      const { call } = request.params as { readonly call: string };
      return this.#update(call, request.body as Form, reply);
    });
  }

  get url(): string {
    const address = this.#http.server.address();
    return `http://${HOST}:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  }

  async close(): Promise<void> {
    for (const cancel of this.#timers) cancel();
    await this.#http.close();
  }

  #create(form: Form, reply: FastifyReply): FastifyReply {
    this.requests.push(`create ${form.toString()}`);
    const [to, from, twiml, url] = ['To', 'From', 'Twiml', 'Url'].map((name) => form.get(name) ?? '');
    if (!to) return refuse(reply, 'noTo');
    if (!/^\+\d{5,15}$|^sip:/.test(to)) return refuse(reply, 'badTo');
    if (!from) return refuse(reply, 'noFrom');
    if (!twiml && !url) return refuse(reply, 'noDocument');
    if (twiml && twiml.length > TWIML_CHARACTERS) return refuse(reply, 'tooLong');
    const { network, phones } = this.#options;
    const rung = network.phoneAt(to)?.rung();
    const handset = rung?.answers ? rung.handset : new TwilioHandset(phones);
    const call = new TwilioCall(network, {
      direction: 'outbound-api',
      from,
      to,
      handset,
      goesBy: url ? { url } : { twiml: twiml ?? '' },
      statusUrl: form.get('StatusCallback') ?? undefined,
      statusEvents: form.getAll('StatusCallbackEvent'),
    });
    handset.wire(call);
    const timeoutMs = Number(form.get('Timeout') ?? TIMEOUT_SECONDS) * 1000;
    setImmediate(() => {
      call.tell('initiated');
      if (!rung) return call.end('failed', '404');
      if (!rung.answers && rung.how !== 'ring') return call.end('busy', rung.how === 'busy' ? '486' : '603');
      call.tell('ringing');
      this.#after(rung.answers ? RINGS_MS : timeoutMs, () => {
        if (call.isOver) return;
        if (!rung.answers) return call.end('no-answer', '487');
        rung.answer();
        void call.pickedUp();
      });
    });
    return reply.code(201).send({ sid: call.sid, status: 'queued', direction: 'outbound-api', to, from });
  }

  #update(sid: string, form: Form, reply: FastifyReply): FastifyReply {
    this.requests.push(`update ${sid} ${form.toString()}`);
    const call = this.#options.callOf(sid);
    if (!call) return refuse(reply, 'unknown');
    if (call.isOver) return refuse(reply, 'over');
    const [status, twiml] = [form.get('Status'), form.get('Twiml')];
    if (status === 'completed') call.end(call.status === 'in-progress' ? 'completed' : 'canceled');
    else if (status === 'canceled' && call.status !== 'in-progress') call.end('canceled');
    else if (twiml && twiml.length > TWIML_CHARACTERS) return refuse(reply, 'tooLong');
    else if (twiml) call.goOn(twiml);
    else return refuse(reply, 'noDocument');
    return reply.send({ sid, status: call.status });
  }

  #after(delayMs: number, act: () => void): void {
    const cancel = systemClock.after(delayMs, () => {
      this.#timers.delete(cancel);
      act();
    });
    this.#timers.add(cancel);
  }

  #mayEnter(authorization: string | undefined): boolean {
    const { accountSid, authToken } = this.#options.network;
    const given = Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
    return isSameText(given, `${accountSid}:${authToken}`);
  }
}

type Form = URLSearchParams;

function refuse(reply: FastifyReply, why: keyof typeof REFUSED): FastifyReply {
  const [status, code, message] = REFUSED[why];
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return reply.code(status).send({ code, message, more_info, status });
}
