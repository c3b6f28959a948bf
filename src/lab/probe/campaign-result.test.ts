import { describe, expect, it } from 'vitest';
import type { CallResult } from './campaign.ts';
import { parseExpectation } from './expectation.ts';
import { Progress } from './progress.ts';
import { renderJson, renderTable, campaignResultOf } from './campaign-result.ts';

const NETWORK = { expected: 500, received: 499, lost: 1, late: 0, jitterMs: 0.4, longestGapMs: 41 };

function call(number: number, ...voiceToVoiceMs: (number | null)[]): CallResult {
  return {
    call: number,
    answerMs: 30,
    greetingMs: 400,
    lastedMs: 12_345.6789,
    turns: voiceToVoiceMs.map((ms) => ({
      name: 'a.wav',
      voiceToVoiceMs: ms,
      answerSpeechMs: 2000,
      gapsMs: [],
      bargeInMs: null,
    })),
    network: { ...NETWORK, lossPercent: 0.2, estimatedMos: 4.2 },
    endedBy: 'us',
    failure: null,
  };
}

const REFUSED: CallResult = {
  call: 2,
  answerMs: null,
  greetingMs: null,
  lastedMs: null,
  turns: [],
  network: null,
  endedBy: null,
  failure: { code: 'DIAL_FAILED', message: '486 Busy Here' },
};

describe('what came of the calls', () => {
  it('is well if every call was played and every expectation was met', () => {
    const calls = [call(1, 900, 1100)];
    expect(campaignResultOf('sip:100@pbx', calls, 2, [parseExpectation('p95<1.2s')]).ok).toBe(true);
    expect(campaignResultOf('sip:100@pbx', calls, 2, [parseExpectation('p95<1s')]).ok).toBe(false);
    expect(campaignResultOf('sip:100@pbx', [...calls, REFUSED], 2, []).ok).toBe(false);
  });

  it('is JSON with every figure, and null where there is none', () => {
    const report = campaignResultOf('sip:100@pbx', [call(1, 900, null), REFUSED], 2, []);
    const json = JSON.parse(renderJson(report)) as typeof report;
    expect(json.summary.voiceToVoice).toEqual({ count: 1, missing: 3, p50: 900, p95: 900, max: 900 });
    expect(json.summary.bargeIn).toEqual({ count: 0, missing: 0, p50: null, p95: null, max: null });
    expect(json.calls[0]?.lastedMs).toBe(12_345.679);
    expect(json.calls[1]?.failure?.code).toBe('DIAL_FAILED');
  });

  it('is a table with what was measured, what is missing, and what was expected', () => {
    const expected = [
      parseExpectation('p50<1s'),
      parseExpectation('max<1s'),
      parseExpectation('loss.max<1%'),
    ];
    const table = renderTable(campaignResultOf('sip:100@pbx', [call(1, 900, 1100)], 3, expected), false);
    expect(table).toMatch(/voice to voice.* 2 │ 900 ms │ 1100 ms │ 1100 ms │ +1 │/);
    expect(table).not.toContain('barge-in');
    expect(table).toContain('met  loss.max<1%: 0.2 %');
    expect(table).toContain('MISSED  max<1s: –');
    expect(table).toContain('1 packets lost, 0 late, jitter 0.4 ms, 41 ms without a packet; MOS 4.2');
  });
});

describe('how it goes on', () => {
  function progress(isTTY: boolean) {
    const written: string[] = [];
    return { written, it: new Progress({ isTTY, write: (text) => written.push(text) }, 2) };
  }

  it('is a line for each call where nobody watches', () => {
    const { written, it } = progress(false);
    it.onStep(0, 'dialling');
    it.onResult(call(1, 900, null));
    it.onResult(REFUSED);
    it.end();
    expect(written).toHaveLength(2);
    expect(written[0]).toBe('call 1: answer 30 ms, greeting 400 ms, voice to voice 900 ms, none\n');
    expect(written[1]).toContain('call 2: 486 Busy Here\n');
  });

  it('is one line that changes on a terminal, and is gone at the end', () => {
    const { written, it } = progress(true);
    it.onStep(0, 'speaking');
    expect(written.at(-1)).toBe('\r\u001b[K1 to come, 0 dialling, 1 up, 0 over, 0 failed');
    it.onStep(0, 'over');
    it.onResult(call(1, 900));
    expect(written.at(-1)).toContain('1 over, 0 failed   voice to voice p50 900 ms, p95 900 ms');
    it.end();
    expect(written.at(-1)).toBe('\r\u001b[K');
    expect(written.join('')).not.toContain('\n');
  });
});
