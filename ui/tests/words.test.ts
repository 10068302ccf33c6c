import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { en } from '../src/i18n/en';
import { duration, plural, size } from '../src/i18n/format';
import { noteText, noteWhere, worstFirst } from '../src/lib/preview/notes';

/** Without the words on buttons of Atlassian, which are what they are. */
const ours = { ...en, theirs: undefined };

const ui = join(import.meta.dirname, '..');

/** The values of a generated type that is a choice of texts. */
function valuesOf(type: string): string[] {
  const source = readFileSync(join(ui, `src/lib/backend/types/${type}.ts`), 'utf8');
  return [...source.matchAll(/"([a-z-]+)"/g)].map(([, value]) => value ?? '');
}

describe('every code of the engine has words', () => {
  test('errors', () => {
    const codes = valuesOf('ErrorCode');
    expect(codes.length).toBeGreaterThan(20);
    expect(Object.keys(en.errors).sort()).toEqual(codes.sort());
    for (const { title, detail } of Object.values(en.errors)) {
      expect(title).not.toBe('');
      expect(detail).toMatch(/\.$/);
    }
  });

  test('kinds, states, severities and reasons', () => {
    expect(Object.keys(en.tree.kinds)).toEqual(expect.arrayContaining(valuesOf('NodeKind')));
    expect(Object.keys(en.tree.states)).toEqual(
      expect.arrayContaining(valuesOf('PageStatus').filter((status) => status !== 'current')),
    );
    expect(Object.keys(en.preview.severities).sort()).toEqual(valuesOf('Severity').sort());
    expect(Object.keys(en.report.reasons).sort()).toEqual(valuesOf('SkipReason').sort());
    expect(Object.keys(en.run.phases).sort()).toEqual(valuesOf('Phase').sort());
  });

  test('notes of the conversion', () => {
    const source = readFileSync(join(ui, '../crates/pagelift-model/src/fidelity.rs'), 'utf8');
    const codes = [...source.matchAll(/^\s+\w+ = "([a-z-]+)",$/gm)].map(([, code]) => code ?? '');
    expect(codes.length).toBeGreaterThan(30);
    expect(Object.keys(en.notes).sort()).toEqual(codes.sort());
  });
});

describe('words on the screen', () => {
  test('they neither shout nor beg, and leave the words of programmers out', () => {
    const forbidden = /!|\bplease\b|\boauth\b|\bendpoint\b|\bJSON\b|\bYAML\b|\bslug\b|coming soon/i;
    for (const text of texts(ours)) expect(text).not.toMatch(forbidden);
  });

  test('a sign-in is told in words of people; what Confluence calls a token keeps its whole name', () => {
    const forbidden =
      /\b(scopes?|PKCE|401|redirect|callback|grant|keyring)\b|(?<!API |API-|access |a )\btokens?\b/i;
    for (const text of texts(ours)) expect(text).not.toMatch(forbidden);
  });

  test('no component holds words of its own', () => {
    const files = readdirSync(join(ui, 'src'), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => name.endsWith('.svelte'))) {
      const source = readFileSync(join(ui, 'src', file), 'utf8');
      const markup = source.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<!--[\s\S]*?-->/g, '');
      expect(markup.match(/(?:aria-label|title|placeholder)="[A-Za-z]/g), file).toBeNull();
      expect(markup.match(/>\s*[A-Z][a-z]+ [a-z]/g), file).toBeNull();
    }
  });

  test('numbers bend the words beside them', () => {
    expect(plural(1, { one: '# page', other: '# pages' })).toBe('1 page');
    expect(en.common.pages(0)).toBe('0 pages');
    expect(en.selection.some(1204)).toBe('1,204 pages selected');
    expect([duration(0.2), duration(61), duration(5400)]).toEqual([
      'less than a second',
      '1 minute',
      '2 hours',
    ]);
    expect([size(999), size(38_400_000)]).toEqual(['999 bytes', '38 MB']);
  });

  test('the sums of a report are named as they add up', () => {
    const totals = { selected: 214, written: 200, unchanged: 11, skipped: 0, failed: 3 };
    const rest = {
      created: 0,
      moved: 0,
      edited: 0,
      gone: 0,
      removed: 0,
      attachments: 0,
      attachments_failed: 0,
      requests: 0,
      bytes: 0,
      seconds: 0,
    };
    expect(en.report.sum({ ...totals, ...rest })).toBe(
      '214 selected = 211 written or unchanged + 3 not readable',
    );
  });
});

test('a note says what, where and how often, the worst first', () => {
  const note = {
    code: 'macro-unknown',
    severity: 'lost',
    name: 'Team $& calendar',
    line: 9,
    heading: 'Dates',
    count: 2,
  } as const;
  expect(noteText(note)).toBe(
    '“Team $& calendar” content cannot be copied. A note with a link marks the spot',
  );
  expect(noteWhere(note)).toBe('under “Dates” · 2 times');
  const looks = { ...note, code: 'table-span', severity: 'info', name: '', heading: '' } as const;
  expect(noteText(looks)).toBe('Merged cells repeat their value');
  expect(noteWhere(looks)).toBe('line 9 · 2 times');
  expect(noteText({ ...note, code: 'made-tomorrow' })).toBe('“Team $& calendar” is simplified');
  expect(worstFirst([looks, note])).toEqual([note, looks]);
});

/** Every text below a value; functions are called with something of each sort. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function' || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(texts);
}
