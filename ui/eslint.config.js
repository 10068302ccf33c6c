import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

import svelteConfig from './svelte.config.js';

/** The parts of the UI that know nothing of each other meet in `views` only. */
const tauriOnlyInOneFile = {
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        {
          group: ['@tauri-apps/*'],
          message: 'Only lib/backend/tauri.ts knows Tauri; add to the Backend interface.',
        },
      ],
    },
  ],
};

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/lib/backend/types/'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    rules: {
      ...tauriOnlyInOneFile,
      eqeqeq: 'error',
      'max-lines': ['error', 250],
      'no-console': 'error',
      'svelte/button-has-type': 'error',
      'svelte/no-at-html-tags': 'error',
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  { files: ['src/lib/backend/tauri.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['src/components/ui/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { group: ['@tauri-apps/*'], message: 'Only lib/backend/tauri.ts knows Tauri.' },
            {
              group: ['**/lib/backend/*', '**/components/!(ui)/*', '**/views/*'],
              message: 'Parts of components/ui know nothing of the application.',
            },
          ],
        },
      ],
    },
  },
);
