import { describe, expect, it } from 'vitest';
import type { Log } from '../base/log.ts';
import { ParleyError } from '../base/errors.ts';
import { createLog } from './log.ts';

describe('the log', () => {
  it('is one JSON object a line, with the fields of the call on each', () => {
    const { log, lines } = writtenLog();
    const call = log.child({ call: 'c1' });
    call.info({ event: 'greeting', turn: 0 }, 'Greeting the caller');
    call.debug({ event: 'detail' }, 'Not at this level');
    expect(lines()).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as unknown,
        call: 'c1',
        event: 'greeting',
        turn: 0,
        message: 'Greeting the caller',
      },
    ]);
  });

  it('masks numbers and words unless the operator wants them', () => {
    const fields = { number: '+79161234512', text: 'мой пароль сорок два', heard: ['да', 'нет'] };
    const masked = writtenLog();
    masked.log.child({ caller: '1001' }).info(fields, 'x');
    expect(masked.lines()[0]).toMatchObject({
      caller: '**01',
      number: '+7 *** **12',
      text: '«4 words»',
      heard: ['«1 word»', '«1 word»'],
    });
    const open = writtenLog({ transcripts: true });
    open.log.info(fields, 'x');
    expect(open.lines()[0]).toMatchObject(fields);
  });

  it('hides secrets wherever they hide', () => {
    const { log, text } = writtenLog({ transcripts: true });
    log.info(
      {
        password: 'hush',
        ari: { url: 'http://me:hush@pbx/ari', api_key: 'hush' },
        headers: { authorization: 'hush', 'x-token': 'hush' },
        error: new Error('GET /ari?api_key=hush:hush failed with Bearer hush-hush', {
          cause: new Error('Authorization: Api-Key hushhush'),
        }),
        maxTokens: 400,
      },
      'x',
    );
    expect(text()).not.toContain('hush');
    expect(text()).toContain('"maxTokens":400');
  });

  it('masks what a provider has said of what it was asked, unless the operator wants it', () => {
    const refused = new ParleyError('TTS_REJECTED', 'HTTP 400.', { quote: 'cannot say: my card is 4000' });
    let garbled: unknown;
    try {
      JSON.parse('my card is 4000');
    } catch (error) {
      garbled = error;
    }
    const fields = {
      error: refused,
      other: new Error('read', { cause: garbled }),
      stack: (garbled as Error).stack,
    };
    const masked = writtenLog();
    masked.log.warn(fields, 'x');
    expect(masked.text()).not.toContain('card');
    expect(masked.lines()[0]).toMatchObject({ error: { code: 'TTS_REJECTED', quote: '«6 words»' } });
    expect(masked.lines()[0]?.['stack']).toMatch(/^at JSON.parse/);
    const open = writtenLog({ transcripts: true });
    open.log.warn(fields, 'x');
    expect(open.lines()[0]).toMatchObject({ error: { quote: 'cannot say: my card is 4000' } });
  });

  it("lets no library's object out whole", () => {
    class Channel {
      readonly client = { username: 'hush' };
    }
    const wide = Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`key${index}`, 'hush']));
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const error = Object.assign(
      new ParleyError('ARI_GONE', 'No such channel.', { cause: new Error('404') }),
      {
        response: { body: 'hush' },
      },
    );
    const { log, lines, text } = writtenLog();
    log.error(
      {
        channel: new Channel(),
        wide,
        circle,
        error,
        audio: new Uint8Array(640),
        many: Array(60).fill(1),
        run: () => 1,
      },
      'x',
    );
    expect(lines()[0]).toMatchObject({
      channel: '[Channel]',
      wide: '[object with 31 keys]',
      audio: '[640 bytes]',
      run: '[function]',
      error: { code: 'ARI_GONE', message: error.message, causes: ['404'] },
    });
    expect((lines()[0]?.['many'] as unknown[]).at(-1)).toBe('[10 more]');
    expect(text()).not.toContain('hush');
  });
});

function writtenLog(options: { transcripts?: boolean } = {}) {
  const written: string[] = [];
  const log: Log = createLog(
    { level: 'info', transcripts: options.transcripts ?? false },
    { write: (line) => void written.push(line) },
  );
  return {
    log,
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}
