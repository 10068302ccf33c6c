/** Choosing how files are written: pure steps from one choice to the next. */
import type { Output } from '../backend/types/Output';
import {
  fields,
  meaningless,
  options,
  type FieldName,
  type FormatName,
  type OptionName,
} from '../backend/types/options';

export const USUAL: Output = { format: 'gfm', options: {}, attachments: 'used' };

export type Group =
  'files' | 'text' | 'tables' | 'links' | 'attachments' | 'details' | 'comments' | 'addons' | 'updates';

/** What each option is about. */
const about: Record<OptionName, Group> = {
  layout: 'files',
  folders: 'files',
  space_folder: 'files',
  slugs: 'files',
  numbered: 'files',
  navigation: 'files',
  chunks: 'files',
  title_heading: 'text',
  heading_offset: 'text',
  status: 'text',
  underline: 'text',
  colours: 'text',
  nbsp: 'text',
  merged_cells: 'tables',
  headerless_table: 'tables',
  cell_lists: 'tables',
  table_style: 'tables',
  outside_links: 'links',
  anchors: 'links',
  toc: 'links',
  image_size: 'attachments',
  details: 'details',
  page_properties: 'details',
  property_fields: 'details',
  comments: 'comments',
  comment_place: 'comments',
  includes: 'addons',
  hidden_content: 'addons',
  html_macro: 'addons',
  markers: 'addons',
  renamed: 'updates',
};

export const groups: readonly Group[] = [
  'files',
  'text',
  'tables',
  'links',
  'attachments',
  'details',
  'comments',
  'addons',
  'updates',
];

const names = Object.keys(about) as OptionName[];

/** The options about one thing, those that change something in a format. */
export function optionsIn(group: Group, format: FormatName): OptionName[] {
  return names.filter((name) => about[name] === group && !meaningless[format].includes(name));
}

/** What an option takes in a format. */
export function valuesOf(name: OptionName, format: FormatName): string[] {
  return options[name].values.filter((value) => !meaningless[format].includes(`${name}=${value}`));
}

/** The details that a file of a format can have. */
export function fieldsIn(format: FormatName): FieldName[] {
  return fields.filter((name) => !meaningless[format].includes(`field.${name}`));
}

/** What was chosen, where the format can have it. */
function chosen(output: Output, name: OptionName): string | undefined {
  return valuesOf(name, output.format).find((value) => value === output.options[name]);
}

/** The value that holds: what was chosen, else what is usual; nothing where the format has a way of its own. */
export function valueOf(output: Output, name: OptionName): string | null {
  return chosen(output, name) ?? options[name].usual;
}

export function isChanged(output: Output, name: OptionName): boolean {
  return chosen(output, name) !== undefined;
}

/** How many choices differ from what is usual. */
export function changes(output: Output, group?: Group): number {
  if (group === undefined) return groups.reduce((sum, one) => sum + changes(output, one), 0);
  const own = optionsIn(group, output.format).filter((name) => isChanged(output, name)).length;
  if (group === 'attachments') return own + (output.attachments === USUAL.attachments ? 0 : 1);
  if (group !== 'details') return own;
  return own + fieldsIn(output.format).filter((name) => output.options[`field.${name}`] !== undefined).length;
}

/** Whether a detail of the page stands in its file, where the format has it. */
export function hasField(output: Output, name: FieldName): boolean {
  return output.options[`field.${name}`] !== 'off';
}

export function withField(output: Output, name: FieldName, isIn: boolean): Output {
  const rest = Object.entries(output.options).filter(([known]) => known !== `field.${name}`);
  return { ...output, options: Object.fromEntries(isIn ? rest : [...rest, [`field.${name}`, 'off']]) };
}

export function withFormat(output: Output, format: FormatName): Output {
  return { ...output, format };
}

/** Chooses a value; `null`, or what is usual, takes the choice back. */
export function withOption(output: Output, name: OptionName, value: string | null): Output {
  const rest = Object.entries(output.options).filter(([known]) => known !== name);
  const isUsual = value === null || value === options[name].usual;
  return { ...output, options: Object.fromEntries(isUsual ? rest : [...rest, [name, value]]) };
}

/** Everything as usual, in the same format. */
export function reset(output: Output): Output {
  return { ...USUAL, format: output.format };
}
