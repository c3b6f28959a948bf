import { expect, it } from 'vitest';
import { isOwnServer } from './own-server.ts';

it.each<[string, boolean]>([
  ['http://127.0.0.1:11434/v1', true],
  ['http://localhost:8000/v1', true],
  ['http://ollama:11434/v1', true],
  ['http://host.docker.internal:11434/v1', true],
  ['http://192.168.1.7/v1', true],
  ['http://172.20.0.2/v1', true],
  ['http://[::1]:8000/v1', true],
  ['http://[fd00::5]:8000/v1', true],
  ['https://api.openai.com/v1', false],
  ['http://8.8.8.8/v1', false],
  ['http://172.40.0.2/v1', false],
  ['http://[2a00::5]/v1', false],
])("%s is a server of one's own: %s", (url, isOwn) => {
  expect(isOwnServer(url)).toBe(isOwn);
});
