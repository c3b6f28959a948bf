import { expect, it } from 'vitest';
import { programFor } from './open-page.ts';

it.each([
  ['a Mac', 'darwin', {}, 'open'],
  ['a desktop', 'linux', { DISPLAY: ':0' }, 'xdg-open'],
  ['a Wayland desktop', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'xdg-open'],
  ['a server without a screen', 'linux', {}, undefined],
  ['anything else', 'win32', {}, undefined],
] as const)('the page is opened on %s by what is there', (_, platform, env, program) => {
  expect(programFor(platform, env)).toBe(program);
});
