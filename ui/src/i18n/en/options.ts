/** Words of the options of formats. Each option is a sentence: its label, then one of its values. */
import type { FieldName, OptionName, options } from '../../lib/backend/types/options';

type OptionWords = {
  readonly [Name in OptionName]: {
    readonly label: string;
    readonly values: Readonly<Record<(typeof options)[Name]['values'][number], string>>;
  };
};

export const optionWords: OptionWords = {
  layout: {
    label: 'Pages with pages below them',
    values: {
      sibling: 'stand beside their folder',
      index: 'are the index of their folder',
      'folder-note': 'are in it, by its name',
      flat: 'share one folder with all',
    },
  },
  folders: {
    label: 'Pages without pages below',
    values: { yes: 'have a folder too', no: 'are a single file' },
  },
  space_folder: {
    label: 'Spaces',
    values: { name: 'are folders, by name', key: 'are folders, by key', none: 'have no folder' },
  },
  slugs: {
    label: 'File names',
    values: { no: 'are like the titles', yes: 'are lower case with dashes' },
  },
  numbered: {
    label: 'The order of pages',
    values: { no: 'is not in file names', yes: 'is in file names, as numbers' },
  },
  navigation: {
    label: 'Files that show the tree',
    values: { yes: 'are written', no: 'are left out' },
  },
  chunks: {
    label: 'The text in pieces for search',
    values: { no: 'is left out', yes: 'is in one more file' },
  },
  title_heading: {
    label: 'The title of a page',
    values: { yes: 'is its first heading', no: 'is not in its text' },
  },
  details: {
    label: 'Details of a page',
    values: { yes: 'stand at the head of a file', no: 'are left out' },
  },
  property_fields: {
    label: 'Details from page properties',
    values: { map: 'are a list of their own', fields: 'stand among the others' },
  },
  renamed: {
    label: 'When a title changes, its file',
    values: { follow: 'is renamed', keep: 'keeps its name' },
  },
  heading_offset: {
    label: 'Headings',
    values: {
      '0': 'keep their level',
      '1': 'go down one level',
      '2': 'go down two levels',
      '3': 'go down three levels',
      '4': 'go down four levels',
      '5': 'go down five levels',
    },
  },
  status: {
    label: 'Status labels',
    values: {
      code: 'look like code',
      bold: 'become bold',
      emoji: 'get a coloured dot',
      text: 'become plain text',
    },
  },
  underline: {
    label: 'Underlined text',
    values: { html: 'stays underlined, as HTML', drop: 'becomes plain text' },
  },
  colours: { label: 'Text colours', values: { drop: 'are left out', html: 'stay, as HTML' } },
  nbsp: { label: 'Hard spaces', values: { space: 'become ordinary spaces', keep: 'stay' } },
  merged_cells: {
    label: 'Merged cells',
    values: {
      repeat: 'repeat their value',
      html: 'turn the table into HTML',
      blank: 'leave blank cells',
    },
  },
  headerless_table: {
    label: 'Tables without a header row',
    values: { 'empty-header': 'get an empty one', 'promote-first-row': 'use their first row' },
  },
  cell_lists: {
    label: 'Lists in a table cell',
    values: { html: 'stay lists, as HTML', bullets: 'become lines with bullets' },
  },
  table_style: {
    label: 'The text of a table',
    values: { compact: 'takes little room', aligned: 'has its columns lined up' },
  },
  outside_links: {
    label: 'Links to pages outside the export',
    values: {
      web: 'stay web addresses',
      mark: 'become text with a hidden address',
      text: 'become text',
    },
  },
  anchors: {
    label: 'Marked places on a page',
    values: { all: 'stay, so links reach them', none: 'are left out' },
  },
  toc: {
    label: 'Tables of contents',
    values: {
      generate: 'become a list of links',
      native: 'are made by the program',
      omit: 'are left out',
    },
  },
  image_size: {
    label: 'Sizes of pictures',
    values: { format: 'stay where they can', drop: 'are left out' },
  },
  page_properties: {
    label: 'Page properties',
    values: {
      both: 'stay a table and become details',
      table: 'stay a table',
      details: 'become page details',
    },
  },
  comments: {
    label: 'Comments on a page',
    values: { none: 'stay in Confluence', open: 'come, unless resolved', all: 'come all' },
  },
  comment_place: {
    label: 'Comments that come',
    values: { page: 'stand at the end of the page', file: 'have a file beside it' },
  },
  includes: {
    label: 'Pages shown in other pages',
    values: { inline: 'are copied in', link: 'become a link' },
  },
  hidden_content: {
    label: 'Hidden content',
    values: { comment: 'becomes a hidden note', show: 'is shown', drop: 'is left out' },
  },
  html_macro: { label: 'HTML content', values: { code: 'is shown as code', raw: 'stays HTML' } },
  markers: {
    label: 'Notes about what was lost',
    values: { comment: 'stand hidden in the file', none: 'are left out' },
  },
};

/** The details at the head of a file. */
export const fieldWords: Readonly<Record<FieldName, string>> = {
  title: 'Title',
  aliases: 'Other names',
  layout: 'Template',
  id: 'Page number',
  type: 'Kind of page',
  space: 'Key of the space',
  space_name: 'Name of the space',
  url: 'Web address',
  status: 'Status',
  author: 'Author',
  created: 'Created',
  updated_by: 'Changed by',
  updated: 'Changed',
  version: 'Version',
  labels: 'Labels',
  parent: 'Parent page',
  parent_id: 'Number of parent',
  path: 'Path in the tree',
  position: 'Place among siblings',
  restricted: 'Restricted or not',
  properties: 'Page properties',
};
