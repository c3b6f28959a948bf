import { expect, it } from 'vitest';
import { srt, vtt } from './subtitles.ts';

const SAID = [{ startMs: 0, endMs: 1500, text: 'one\n\n2\n00:00:09,000 --> 00:00:10,000\nforged & <b>' }];

it('keep a text that has lines and arrows of its own in its own cue', () => {
  expect(srt(SAID)).toBe(
    '1\n00:00:00,000 --> 00:00:01,500\none 2 00:00:09,000 → 00:00:10,000 forged & <b>\n',
  );
  expect(vtt(SAID)).toBe(
    'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\none 2 00:00:09,000 → 00:00:10,000 forged &amp; &lt;b&gt;\n',
  );
});

it('of a recording in which nothing was said are empty files of their kind', () => {
  expect([srt([]), vtt([])]).toEqual(['', 'WEBVTT\n']);
});
