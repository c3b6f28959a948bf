/** What Asterisk answers instead of doing what it was asked: the status, and the message in `{"message": …}`. */
export class AriError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'AriError';
    this.status = status;
  }
}

/** Returns `value` unless it is missing: then a 404 like Asterisk's, `Channel not found`. */
export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new AriError(404, `${what} not found`);
  return value;
}
