/** Words of the formats, and of the sheet in which they and their options are chosen. */
import type { FormatName } from '../../lib/backend/types/options';
import type { Group } from '../../lib/output/choices';
import { plural } from '../format';
import { fieldWords, optionWords } from './options';

const formatWords: Readonly<Record<FormatName, { readonly name: string; readonly purpose: string }>> = {
  gfm: { name: 'Plain', purpose: 'Markdown that GitHub and most editors read' },
  obsidian: { name: 'Obsidian', purpose: 'A vault with its own links and callouts' },
  docusaurus: { name: 'Docusaurus', purpose: 'A documentation site with its sidebar' },
  mkdocs: { name: 'MkDocs', purpose: 'A documentation site, Material theme' },
  azure: { name: 'Azure DevOps', purpose: 'A wiki beside your code, pages in order' },
  'github-wiki': { name: 'GitHub wiki', purpose: 'All pages in one folder, with a sidebar' },
  'gitlab-wiki': { name: 'GitLab wiki', purpose: 'Pages in folders, with a sidebar' },
  hugo: { name: 'Hugo', purpose: 'A site with dates and an order of pages' },
  jekyll: { name: 'Jekyll', purpose: 'A site with a menu and blog posts' },
  logseq: { name: 'Logseq', purpose: 'A graph in which every block is a bullet' },
  ai: { name: 'AI bundle', purpose: 'Clean text for assistants and search' },
  commonmark: { name: 'CommonMark', purpose: 'The basics that every program reads' },
};

export const output = {
  fields: fieldWords,
  formats: formatWords,
  options: optionWords,

  output: {
    title: 'Format and options',
    titleFor: (name: string) => `Format and options for ${name}`,
    format: 'Format',
    options: 'Options',
    groups: {
      files: 'Files and folders',
      text: 'Text and headings',
      tables: 'Tables',
      links: 'Links and contents',
      attachments: 'Pictures and attachments',
      details: 'Page details',
      comments: 'Comments',
      addons: 'Add-on content',
      updates: 'Updates',
    } satisfies Record<Group, string>,
    usualIn: (format: string) => `as usual in ${format}`,
    attachments: {
      label: 'Attachments',
      values: {
        used: 'come when a page uses them',
        all: 'come all',
        none: 'stay web addresses',
      },
    },
    fieldsTitle: 'Details, where the format has them',
    changed: 'Changed',
    changes: (n: number) => plural(n, { one: '# changed', other: '# changed' }),
    changedOptions: (n: number) => plural(n, { one: '# option changed', other: '# options changed' }),
    reset: 'Reset',
    resetOne: (label: string) => `Reset: ${label}`,
    resetAll: 'Reset all',
    result: 'What you get',
    folders: 'In the folder',
    more: (n: number) => plural(n, { one: 'and # more file', other: 'and # more files' }),
    page: (name: string) => `The file ${name}`,
    noPage: 'Choose a page in the library to see its file here.',
    loading: 'Working it out…',
    done: 'Done',
    change: 'Change format…',
    menu: 'Format and options…',
    writtenAs: (format: string) => `Format: ${format}`,
    kept: 'The choice could not be kept',
  },
};
