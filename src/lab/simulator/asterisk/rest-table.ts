/**
 * A REST operation of ARI as the simulator knows it. The routes and ARI's self-description (`/api-docs`, which clients read to
 * find out what they can call) are both made from these, so neither can drift from the other.
 */
export interface Operation {
  /** The document that it belongs to: `channels`. */
  readonly resource: string;
  /** What clients call it: `playWithId`. */
  readonly nickname: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/channels/{channelId}/play/{playbackId}` */
  readonly path: string;
  /** ARI's name of what it answers: `Playback`, `List[Channel]`, `void`, `binary`. */
  readonly answers: string;
  /** Names of parameters in the query. */
  readonly query: readonly string[];
  readonly handle: (parameters: Parameters) => Answer | Promise<Answer>;
}

/** Path and query together. */
export type Parameters = Readonly<Record<string, string | undefined>>;

/** 204 without a body, JSON, or a file. */
export type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'json'; readonly status: 200 | 201; readonly body: unknown }
  | { readonly kind: 'file'; readonly type: string; readonly bytes: Uint8Array };

export const DONE: Answer = { kind: 'done' };

export function json(body: unknown): Answer {
  return { kind: 'json', status: 200, body };
}

export function created(body: unknown): Answer {
  return { kind: 'json', status: 201, body };
}

/** Builds one resource's operations with little ink. */
export function operations(resource: string) {
  return (
    nickname: string,
    request: `${Operation['method']} /${string}`,
    answers: string,
    query: readonly string[],
    handle: Operation['handle'],
  ): Operation => {
    const [method, path] = request.split(' ') as [Operation['method'], string];
    return { resource, nickname, method, path, answers, query, handle };
  };
}
