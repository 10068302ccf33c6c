/** Numbers, dates and sizes as people write them where the program runs. */
const numbers = new Intl.NumberFormat(undefined);
const rules = new Intl.PluralRules('en');
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const times = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

export function count(value: number): string {
  return numbers.format(value);
}

/** The form of a word that fits a number, with `#` as the number. */
export function plural(value: number, forms: { one: string; other: string }): string {
  return forms[rules.select(value) === 'one' ? 'one' : 'other'].replace('#', count(value));
}

export function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}

export function day(iso: string): string {
  return formatted(days, iso);
}

export function moment(iso: string): string {
  return formatted(moments, iso);
}

export function time(iso: string): string {
  return formatted(times, iso);
}

/** A length of time, rounded as one would say it. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'less than a second';
  if (seconds < 60) return plural(Math.round(seconds), { one: '# second', other: '# seconds' });
  if (seconds < 3600) return plural(Math.round(seconds / 60), { one: '# minute', other: '# minutes' });
  return plural(Math.round(seconds / 3600), { one: '# hour', other: '# hours' });
}

export function size(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: digits }).format(value)} ${units[unit]}`;
}

function formatted(format: Intl.DateTimeFormat, iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : format.format(date);
}
