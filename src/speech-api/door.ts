/** Who may use the speech API, for what, and how often. */
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../base/loopback.ts';
import type { Scope, StoredKey } from './keys/key-file.ts';
import type { KeyRing } from './keys/key-ring.ts';
import type { Ledger } from './keys/ledger.ts';
import { SIGNATURE_HEADER, SignatureCheck } from './keys/signature.ts';
import { SpeechRefusal } from './refusal.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { Tenants } from '../tenants/tenants.ts';

export interface DoorOptions {
  readonly keys: KeyRing;
  /** Whoever is on this machine needs no key: always, never, or, undefined, as long as there is none. */
  readonly isOpen: boolean | undefined;
  /** Whoever shows a key signs each request with it too. */
  readonly signatureSecret: string | undefined;
  /** Of keys that have no bounds of their own. */
  readonly perMinute: Readonly<Record<Scope, number>>;
  /** Of how often each key has asked, and which signatures were used: all processes of the service share it. */
  readonly ledger: Ledger;
  /** Whose keys share bounds; nobody's, if not given. */
  readonly tenants?: Pick<Tenants, 'named'> | undefined;
}

/** What needs no right: what the service can. Whatever else is asked needs the right of its path. */
const SCOPE_OF: readonly (readonly [RegExp, Scope])[] = [
  [/^\/v1\/(audio\/speech|speech\/tts)\b/, 'tts'],
  [/^\/v1\/(audio\/transcriptions|speech\/stt)\b/, 'stt'],
];

const MS_OF_SECOND = 1_000;

export class Door {
  readonly #options: DoorOptions;
  readonly #signatures: SignatureCheck | undefined;
  readonly #keyed = new WeakMap<FastifyRequest, StoredKey>();
  /** Those that need no key: whoever is on this machine may have everything. */
  readonly #open = new WeakSet<FastifyRequest>();

  constructor(options: DoorOptions) {
    this.#options = options;
    const { signatureSecret, ledger } = options;
    this.#signatures =
      signatureSecret === undefined
        ? undefined
        : new SignatureCheck(signatureSecret, ledger, () => Math.floor(Date.now() / MS_OF_SECOND));
  }

  /** Before the body is read. Throws AUTHENTICATION_ERROR, PERMISSION_DENIED or RATE_LIMIT_EXCEEDED. */
  async admit(request: FastifyRequest): Promise<void> {
    if (await this.#needsNoKey(request)) return void this.#open.add(request);
    const [, shown = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    const key = await this.#options.keys.find(shown);
    if (!key) throw new SpeechRefusal('AUTHENTICATION_ERROR', 'No key is shown that is known here.');
    const [, scope] = SCOPE_OF.find(([path]) => path.test(request.url)) ?? [];
    const tenant = this.#tenantOf(key);
    if (scope) await this.#use(key, scope, tenant);
    this.#keyed.set(request, key);
  }

  /** With the body, as it came. Throws SIGNATURE_INVALID. */
  async checkSignature(request: FastifyRequest): Promise<void> {
    if (!this.#signatures || !this.#keyed.has(request)) return;
    const shown = request.headers[SIGNATURE_HEADER];
    const body = Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
    const { method, url: path } = request;
    await this.#signatures.check({ method, path, body }, typeof shown === 'string' ? shown : undefined);
  }

  /** Whose work it is: the tenant's of the key, or the key's. */
  ownerOf(request: FastifyRequest): string {
    const key = this.#keyed.get(request);
    return key ? ownerBy(key) : NO_KEY;
  }

  /** Whose bounds work that is done later counts for: the key's id. */
  payerOf(request: FastifyRequest): string {
    return this.#keyed.get(request)?.id ?? NO_KEY;
  }

  /** Undefined for a key of the service's own. */
  tenantOf(request: FastifyRequest): Tenant | undefined {
    const key = this.#keyed.get(request);
    return key && this.#tenantOf(key);
  }

  /** Whether what this owner has made may be shown to who asks. */
  mayHave(request: FastifyRequest, owner: string | undefined): boolean {
    const key = this.#keyed.get(request);
    return this.#open.has(request) || (key !== undefined && ownerBy(key) === owner);
  }

  /** Where the path does not tell which right is needed. Throws PERMISSION_DENIED. */
  require(request: FastifyRequest, scope: Scope): void {
    const key = this.#keyed.get(request);
    if (key) requireScope(key, scope);
  }

  /**
   * For work that is done later: notes one more and gives 0, or how long it is, ms, until one is allowed. Throws PERMISSION_DENIED where the
   * key of that id is gone.
   */
  async allowance(payer: string, scope: Scope): Promise<number> {
    if (payer === NO_KEY) return 0;
    const key = await this.#options.keys.byId(payer);
    if (!key) throw new SpeechRefusal('PERMISSION_DENIED', 'The key was taken away.');
    requireScope(key, scope);
    return (await this.#refusedBy(key, scope, this.#tenantOf(key)))?.waitMs ?? 0;
  }

  /** Throws PERMISSION_DENIED for a key whose tenant shares the service no longer. */
  #tenantOf({ tenant }: StoredKey): Tenant | undefined {
    if (tenant === undefined) return undefined;
    const named = this.#options.tenants?.named(tenant);
    if (named) return named;
    throw new SpeechRefusal('PERMISSION_DENIED', `There is no tenant ${tenant}, whose key this is.`);
  }

  /** Notes one more, of the key and of its tenant, as long as nobody refuses. Gives who does. */
  async #refusedBy(key: StoredKey, scope: Scope, tenant: Tenant | undefined) {
    const { ledger } = this.#options;
    const ofTenant = tenant?.limits[`${scope}PerMinute`];
    const bounds = [
      { who: 'key', name: key.id, most: this.#mostOf(key, scope) },
      ...(tenant && ofTenant !== undefined
        ? [{ who: 'tenant', name: `tenant:${tenant.name}`, most: ofTenant }]
        : []),
    ];
    for (const { who, name, most } of bounds) {
      const waitMs = await ledger.take(`${name} ${scope}`, most);
      if (waitMs > 0) return { who, most, waitMs };
    }
    return undefined;
  }

  #mostOf({ perMinute }: StoredKey, scope: Scope): number {
    return perMinute[scope] ?? this.#options.perMinute[scope];
  }

  async #use(key: StoredKey, scope: Scope, tenant: Tenant | undefined): Promise<void> {
    requireScope(key, scope);
    const refused = await this.#refusedBy(key, scope, tenant);
    if (!refused) return;
    const { who, most, waitMs } = refused;
    throw new SpeechRefusal(
      'RATE_LIMIT_EXCEEDED',
      `The ${who} may ask for ${scope} ${most} times a minute.`,
      {
        retryAfterSeconds: Math.ceil(waitMs / MS_OF_SECOND),
        details: { limit: most },
      },
    );
  }

  async #needsNoKey(request: FastifyRequest): Promise<boolean> {
    const { isOpen, keys } = this.#options;
    return (isOpen ?? (await keys.isEmpty())) && isFromHere(request);
  }
}

/** Of what is kept; no key's id has a colon. */
export function ownerOfTenant(tenant: string): string {
  return `tenant:${tenant}`;
}

function ownerBy({ id, tenant }: StoredKey): string {
  return tenant === undefined ? id : ownerOfTenant(tenant);
}

/** Who has made what was made without a key; no key has such an id. */
const NO_KEY = 'here';

function requireScope({ scopes }: StoredKey, scope: Scope): void {
  if (scopes.includes(scope)) return;
  throw new SpeechRefusal('PERMISSION_DENIED', `The key may not ask for ${scope}.`, { details: { scopes } });
}

/**
 * Whether the request comes from a program on this machine: not through a proxy, not by a name that somebody else's DNS has led here, and
 * not from a page of somebody else's in this machine's browser.
 */
function isFromHere({ ip, headers }: FastifyRequest): boolean {
  const { host, origin, forwarded } = headers;
  if (forwarded !== undefined || headers['x-forwarded-for'] !== undefined) return false;
  const isLocalPage = origin === undefined || origin === `http://${host}`;
  return isLocalPage && isLoopback(ip.replace(/^::ffff:/, '')) && isLoopback((host ?? '').replace(PORT, ''));
}

/** Behind the name in the header Host. */
const PORT = /:\d{1,5}$/;
