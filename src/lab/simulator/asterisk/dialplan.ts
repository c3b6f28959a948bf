/**
 * A dialplan of two kinds of places: extensions that go into an application, and the place to which a call is handed back.
 * The latter answers, plays its sound and hangs up.
 */
export interface Dialplan {
  /** Extension → Stasis application. */
  readonly extensions: Readonly<Record<string, { readonly app: string; readonly args: readonly string[] }>>;
  /** Where `continue` may lead, as `context,extension,priority`, and where calls go whose application is not connected. */
  readonly fallback: { readonly place: string; readonly sound?: string };
}

export const DEFAULT_DIALPLAN: Dialplan = {
  extensions: { '100': { app: 'voicebot', args: ['default'] } },
  fallback: { place: 'fallback,s,1' },
};

/** A call that the dialplan got back. */
export interface HandedBack {
  readonly channelId: string;
  /** `context,extension,priority`, whether the dialplan has such a place or not. */
  readonly place: string;
  /** `performance.now()` axis. */
  readonly atMs: number;
}
