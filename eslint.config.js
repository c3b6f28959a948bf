import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const BROWSER = [
  'AbortController',
  'AbortSignal',
  'AudioContext',
  'AudioWorkletNode',
  'FormData',
  'Intl',
  'ResizeObserver',
  'TextDecoderStream',
  'URL',
  'URLSearchParams',
  'WebSocket',
  'btoa',
  'clearTimeout',
  'document',
  'fetch',
  'location',
  'addEventListener',
  'matchMedia',
  'navigator',
  'performance',
  'requestAnimationFrame',
  'sessionStorage',
  'clearInterval',
  'setInterval',
  'setTimeout',
];

/** What needs types is for oxlint to say: see .oxlintrc.json and docs/decisions/two-linters.md. */
export default tseslint.config(
  { ignores: ['dist/', '.built/', 'coverage/', 'node_modules/', '.cache/', 'demo/', 'data/'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  {
    // What runs in a browser: plain JavaScript, as it is.
    files: ['web/**/*.js'],
    languageOptions: { globals: Object.fromEntries(BROWSER.map((name) => [name, 'readonly'])) },
  },
  {
    // The tools' own files: plain JavaScript, and each tool wants a default export.
    files: ['*.config.{js,ts}', '*.cjs'],
    languageOptions: { globals: { module: 'writable' } },
    rules: { 'no-restricted-exports': 'off' },
  },
);
