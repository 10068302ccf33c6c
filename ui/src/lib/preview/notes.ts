/** Notes of a conversion in words. */
import { en } from '../../i18n/en';
import type { PreviewNote } from '../backend/types/PreviewNote';
import type { Severity } from '../backend/types/Severity';

const rank: Record<Severity, number> = { lost: 0, broken: 1, simplified: 2, info: 3 };

export function worstFirst(notes: readonly PreviewNote[]): PreviewNote[] {
  return notes.toSorted((a, b) => rank[a.severity] - rank[b.severity] || a.line - b.line);
}

export function noteText(note: PreviewNote): string {
  const words = en.notes[note.code] ?? en.preview.unknownNote;
  return note.name === '' ? words.plain : words.named.replace('#', () => note.name);
}

/** Where the place is, and how often: `under “Calendar” · 3 times`. */
export function noteWhere(note: PreviewNote): string {
  const words = en.preview.note;
  const parts: string[] = [];
  if (note.heading !== '') parts.push(words.under(note.heading));
  else if (note.line > 0) parts.push(words.line(note.line));
  if (note.count > 1) parts.push(words.times(note.count));
  return parts.join(' · ');
}
