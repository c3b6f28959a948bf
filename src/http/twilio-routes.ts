/** What Twilio asks for and tells. Whoever cannot sign for it gets 403, and no call. */
import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { ParleyError } from '../base/errors.ts';
import { owned } from '../base/fault-scope.ts';
import type { FormFields } from '../telephony/twilio/signature.ts';
import type { TwilioSocket } from '../telephony/twilio/media-socket.ts';
import type { TwilioTelephone, VoiceRequest } from '../telephony/twilio/twilio-telephone.ts';

export const TWILIO_SOCKET_PATH = '/ws';

/** What may wait for a stream that is not read, bytes: 400 ms of sound are on their way at most, 4 KB in base64. */
const MOST_BACKLOG_BYTES = 64 * 1024;

/** A webhook has some dozen short fields. */
const MOST_JSON_BYTES = 64 * 1024;

/** Twilio says goodbye by then, or is not waited for, ms: a stream costs as long as it is open. */
const GOODBYE_WITHIN_MS = 150;

export interface TwilioRoutesOptions {
  readonly twilio: Pick<
    TwilioTelephone,
    | 'isSigned'
    | 'isSignedUpgrade'
    | 'voiceTwiml'
    | 'classicTwiml'
    | 'whisperTwiml'
    | 'status'
    | 'streamStatus'
    | 'take'
  >;
}

export const twilioRoutes: FastifyPluginCallback<TwilioRoutesOptions> = (app, { twilio }, done) => {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body: string, parsed) => parsed(null, { fields: fieldsOf(body) }),
  );
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: MOST_JSON_BYTES },
    (_request, body: Buffer, parsed) => parsed(null, { fields: fieldsOfJson(body), signedBody: body }),
  );
  /** All come from few addresses, and are checked before anything is done. */
  const open = { config: { rateLimit: false as const }, schema: { hide: true } };
  const signed = {
    ...open,
    preHandler: async (request: FastifyRequest) => {
      const { fields, signedBody } = bodyOf(request);
      const shown = { signature: signatureIn(request), path: request.raw.url ?? '' };
      if (!twilio.isSigned(signedBody ? { ...shown, body: signedBody } : { ...shown, fields }))
        throw unsigned();
    },
  };

  /** A path at which Twilio asks for a document. */
  const document = (url: string, twimlFor: (request: FastifyRequest) => string | Promise<string>) =>
    app.route({
      method: ['GET', 'POST'],
      url,
      // Asking for a document moves its call on: nobody asks for the head of one.
      exposeHeadRoute: false,
      ...signed,
      handler: async (request, reply) => {
        const twiml = await twimlFor(request);
        return reply.type(XML).send(twiml);
      },
    });

  document('/voice-stream', (request) => twilio.voiceTwiml(voiceRequest(request, toldIn(request))));
  document('/voice', (request) => {
    const told = toldIn(request);
    const after = Number(queryOf(request).get('after') ?? 0);
    if (!Number.isSafeInteger(after) || after < 0)
      throw new ParleyError('HTTP_INVALID', 'after: expected the number of a document');
    if (!CALL_SID.test(told('CallSid')))
      throw new ParleyError('HTTP_INVALID', 'CallSid: expected the id of a call');
    const heard = { words: told('SpeechResult').trim(), digits: told('Digits') };
    return twilio.classicTwiml({ ...voiceRequest(request, told), ...heard, after });
  });
  document('/twilio/whisper', (request) => twilio.whisperTwiml(queryOf(request).get('key') ?? ''));
  app.post('/twilio/status', signed, async (request, reply) => {
    const told = toldIn(request);
    const ordered = queryOf(request).get('call') ?? undefined;
    twilio.status(told('CallSid'), told('CallStatus'), ordered, told('SipResponseCode') || undefined);
    return reply.code(204).send();
  });
  app.post('/twilio/stream', signed, async (request, reply) => {
    const told = toldIn(request);
    twilio.streamStatus(told('CallSid'), told('StreamEvent'), told('StreamError') || undefined);
    return reply.code(204).send();
  });
  app.get(
    TWILIO_SOCKET_PATH,
    {
      ...open,
      websocket: true,
      // Said before the socket is there.
      preHandler: async (request) => {
        const shown = { signature: signatureIn(request), path: request.raw.url ?? '' };
        if (!twilio.isSignedUpgrade(shown)) throw unsigned();
      },
    },
    (socket) => twilio.take(twilioSocket(socket)),
  );
  done();
};

/** It becomes the name of files. */
const CALL_SID = /^[A-Za-z0-9]{1,64}$/;

const XML = 'text/xml; charset=utf-8';

/** Fields of a webhook that asks what is to be done with a call. */
function voiceRequest(request: FastifyRequest, told: (name: string) => string): VoiceRequest {
  return {
    callSid: told('CallSid'),
    from: told('From'),
    to: told('To'),
    callerName: told('CallerName'),
    bot: queryOf(request).get('bot') || undefined,
    ordered: queryOf(request).get('call') ?? undefined,
  };
}

function unsigned(): ParleyError {
  return new ParleyError('TWILIO_SIGNATURE_WRONG', 'The request is not signed as Twilio signs it.');
}

function signatureIn({ headers }: FastifyRequest): string | undefined {
  const header = headers['x-twilio-signature'];
  return Array.isArray(header) ? header[0] : header;
}

function queryOf(request: FastifyRequest): URLSearchParams {
  const { url = '' } = request.raw;
  return new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
}

interface TwilioBody {
  readonly fields: FormFields;
  /** Of what is no form: its digest is signed, in the address. */
  readonly signedBody?: Uint8Array;
}

function bodyOf({ body, method }: FastifyRequest): TwilioBody {
  const isRead = method === 'POST' && typeof body === 'object' && body !== null;
  return isRead ? (body as TwilioBody) : { fields: {} };
}

/** The texts and numbers of an object by their names; what is no such object has no fields. */
function fieldsOfJson(body: Buffer): FormFields {
  try {
    const told: unknown = JSON.parse(body.toString());
    const isObject = typeof told === 'object' && told !== null;
    const entries: readonly [string, unknown][] = isObject ? Object.entries(told) : [];
    return Object.fromEntries(
      entries
        .filter(([, value]) => typeof value === 'string' || typeof value === 'number')
        .map(([name, value]) => [name, String(value)]),
    );
  } catch {
    return {};
  }
}

/** A field by its name, of the form or, where there is none, of the query; empty if it was not sent. */
function toldIn(request: FastifyRequest): (name: string) => string {
  const fields = request.method === 'POST' ? bodyOf(request).fields : fieldsOf(queryOf(request).toString());
  return (name) => {
    const value = fields[name] ?? '';
    return typeof value === 'string' ? value : (value[0] ?? '');
  };
}

function fieldsOf(body: string): FormFields {
  const fields = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(body))
    fields.set(name, [...(fields.get(name) ?? []), value]);
  return Object.fromEntries(
    [...fields].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  );
}

function twilioSocket(socket: WebSocket): TwilioSocket {
  // It is told by its end as well.
  socket.on('error', () => undefined);
  return {
    send(text) {
      if (socket.bufferedAmount > MOST_BACKLOG_BYTES) socket.terminate();
      else if (socket.readyState === socket.OPEN) socket.send(text);
    },
    close(code) {
      socket.close(code);
      const cut = setTimeout(() => socket.terminate(), GOODBYE_WITHIN_MS);
      socket.once('close', () => clearTimeout(cut));
    },
    onMessage: (listener) => socket.on('message', owned(listener)),
    onClose: (listener) => socket.once('close', owned(listener)),
  };
}
