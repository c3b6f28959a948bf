import { describe, expect, it } from 'vitest';
import type { Alternative, StreamingResponse } from '../proto.ts';
import { Transcript } from './transcript.ts';

const NOTHING = { session_uuid: null, audio_cursors: null, response_wall_time_ms: 0, channel_tag: '0' };

function said(text: string, endMs: number, wordMs = 100): { alternatives: Alternative[] } {
  const words = text.split(' ').map((word, at, all) => ({
    text: word,
    start_time_ms: endMs - (all.length - at) * wordMs,
    end_time_ms: endMs - (all.length - at - 1) * wordMs,
  }));
  return {
    alternatives: [{ text, words, start_time_ms: 0, end_time_ms: endMs, confidence: 1, languages: [] }],
  };
}

const partial = (text: string): StreamingResponse => ({
  ...NOTHING,
  Event: 'partial',
  partial: said(text, 0),
});
const final = (text: string, endMs = 0): StreamingResponse => ({
  ...NOTHING,
  Event: 'final',
  final: said(text, endMs),
});
const refined = (final_index: number, text: string): StreamingResponse => ({
  ...NOTHING,
  Event: 'final_refinement',
  final_refinement: { final_index, normalized_text: said(text, 0) },
});

describe('Transcript', () => {
  it('tells only of partial texts that say something new', () => {
    const transcript = new Transcript();
    const events = ['', 'да', 'да', 'да нет', '', ''].flatMap((text) => transcript.read(partial(text)));
    expect(events).toEqual(['да', 'да нет', ''].map((text) => ({ kind: 'partial', text })));
  });

  it('leaves empty finals out, and refines the final that is meant, sessions on', () => {
    const transcript = new Transcript();
    const read = (...responses: StreamingResponse[]) => responses.flatMap((each) => transcript.read(each));
    read(final(''), final('раз'));
    expect(read(refined(0, 'x'), refined(1, 'Раз.'))).toEqual([{ kind: 'refined', index: 0, text: 'Раз.' }]);
    transcript.beginSession({ toUtteranceMs: (ms) => ms, cutMs: Infinity });
    expect(read(final('два'), refined(0, 'Два.')).at(-1)).toEqual({
      kind: 'refined',
      index: 1,
      text: 'Два.',
    });
  });

  it('leaves a word that may have been cut off to the next session, and does not refine what is left', () => {
    const transcript = new Transcript();
    transcript.beginSession({ toUtteranceMs: (ms) => 5000 + ms, cutMs: 8000 });
    expect(transcript.read(final('раз два тр', 2900))).toMatchObject([{ kind: 'final', text: 'раз два' }]);
    expect(transcript.settledMs).toBe(7800);
    expect(transcript.read(refined(0, 'Раз, два, тр.'))).toEqual([]);
  });

  it('keeps a last word that ended well before the cut', () => {
    const transcript = new Transcript();
    transcript.beginSession({ toUtteranceMs: (ms) => ms, cutMs: 8000 });
    expect(transcript.read(final('раз два', 7000))).toMatchObject([{ text: 'раз два' }]);
    expect(transcript.settledMs).toBe(7000);
  });

  it('knows a pause from speech', () => {
    const transcript = new Transcript();
    const pauses = [partial('да'), final('да'), partial(''), partial('нет')].map((response) => {
      transcript.read(response);
      return transcript.isPause;
    });
    expect(pauses).toEqual([false, true, true, false]);
  });
});
