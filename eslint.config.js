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

export default tseslint.config(
  { ignores: ['dist/', '.built/', 'coverage/', 'node_modules/', '.cache/', 'demo/', 'data/'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  {
    // What runs in a browser: plain JavaScript, as it is.
    ...tseslint.configs.disableTypeChecked,
    files: ['web/**/*.js'],
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      globals: Object.fromEntries(BROWSER.map((name) => [name, 'readonly'])),
    },
  },
  {
    // The tools' own files: plain JavaScript, and each tool wants a default export.
    ...tseslint.configs.disableTypeChecked,
    files: ['*.config.{js,ts}', '*.cjs'],
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      globals: { module: 'writable' },
    },
    rules: { ...tseslint.configs.disableTypeChecked.rules, 'no-restricted-exports': 'off' },
  },
);
