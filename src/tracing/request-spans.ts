/** A trace for each request that this service is asked, or a part of the asker's. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { errorCode } from '../base/errors.ts';
import type { RequestSpan, SpanAttributes, Spans, TraceContext } from '../base/spans.ts';
import type { SpanWriter } from './span-writer.ts';
import { readTraceparent, traceparent } from './traceparent.ts';

export class RequestSpans implements Spans {
  readonly #writer: SpanWriter;
  readonly #epochMs: () => number;
  readonly #here = new AsyncLocalStorage<TraceContext>();

  constructor(writer: SpanWriter, epochMs: () => number) {
    this.#writer = writer;
    this.#epochMs = epochMs;
  }

  /** What runs now is done for this; undefined if for no request. */
  get here(): TraceContext | undefined {
    return this.#here.getStore();
  }

  request(name: string, attributes: SpanAttributes, asker: string | undefined): RequestSpan {
    const start = { name, kind: 'server', atEpochMs: this.#epochMs(), attributes } as const;
    const span = this.#writer.begin(start, readTraceparent(asker));
    return {
      run: (act) => this.#here.run(span.context, act),
      end: (ending, fault) => span.end({ atEpochMs: this.#epochMs(), attributes: ending, fault }),
    };
  }

  traceparent(): string | undefined {
    return this.here && traceparent(this.here);
  }

  async within<Result>(
    name: string,
    attributes: SpanAttributes,
    work: () => Promise<Result>,
  ): Promise<Result> {
    const start = { name, kind: 'client', atEpochMs: this.#epochMs(), attributes } as const;
    const span = this.#writer.begin(start, this.here);
    let fault: string | undefined;
    try {
      return await this.#here.run(span.context, work);
    } catch (error) {
      fault = errorCode(error);
      throw error;
    } finally {
      span.end({ atEpochMs: this.#epochMs(), fault });
    }
  }
}
