/** What a note of the conversion says, with `#` for the macro, file or person it is about. Keys are the engine's stable names. */
export const notes: Readonly<Record<string, { readonly named: string; readonly plain: string }>> = {
  'style-colour': same('Text colour is not kept'),
  'style-highlight': same('Highlighting is not kept'),
  'style-size': same('Text size is not kept'),
  'style-layout': same('Alignment or indentation is not kept'),
  'style-status': same('A status label becomes plain text'),
  'list-style': same('The numbering style of a list is not kept'),
  'layout-flattened': same('Columns are placed one below the other'),
  'table-span': same('Merged cells repeat their value'),
  'link-outside': same('Links to pages outside this export stay web addresses'),
  'code-nbsp': same('Code holds hard spaces, and keeps them'),
  'embed-linked': { named: '“#” becomes a link', plain: 'Embedded content becomes a link' },
  'macro-effect-dropped': {
    named: '“#” has no effect in a file',
    plain: 'Some add-on content has no effect in a file',
  },
  'table-html': same('A table is kept as HTML, because Markdown cannot hold it'),
  'table-span-blank': same('Merged cells leave blank cells'),
  'macro-unknown-body-kept': {
    named: 'The text of “#” is kept, its looks are not',
    plain: 'The text of some add-on content is kept, its looks are not',
  },
  'macro-empty': { named: '“#” is empty', plain: 'Some add-on content is empty' },
  'table-empty': same('An empty table is left out'),
  'html-macro': same('HTML content is kept as text'),
  'wiki-markup': same('Old wiki markup is kept as text'),
  'include-linked': {
    named: '“#” is linked, not copied in',
    plain: 'An included page is linked, not copied in',
  },
  'emoji-custom': { named: 'The emoji “#” becomes text', plain: 'A custom emoji becomes text' },
  'template-variable': {
    named: 'The template field “#” is kept as text',
    plain: 'A template field is kept as text',
  },
  'script-dropped': same('A script is left out'),
  'hidden-content': same('Content that the page hides stays hidden'),
  'macro-unknown': {
    named: '“#” content cannot be copied. A note with a link marks the spot',
    plain: 'Some add-on content cannot be copied. A note with a link marks the spot',
  },
  'macro-dynamic': {
    named: '“#” is worked out by Confluence. A note with a link marks the spot',
    plain: 'Content that Confluence works out is not copied. A note with a link marks the spot',
  },
  'node-unknown': {
    named: '“#” is not known. A note marks the spot',
    plain: 'Unknown content is marked by a note',
  },
  'element-unknown': {
    named: '“#” is not known. A note marks the spot',
    plain: 'Unknown content is marked by a note',
  },
  'attachment-missing': { named: 'The file “#” is not on the page', plain: 'A file is not on the page' },
  'diagram-picture-missing': {
    named: 'The diagram “#” has no picture on the page',
    plain: 'A diagram has no picture on the page',
  },
  'image-data-url': same('A picture inside the text cannot be copied'),
  'depth-cut': same('Content nested very deeply is cut off'),
  'malformed-body': same('The page is damaged in places; it was read as well as possible'),
  'control-characters': same('Invisible control characters are left out'),
  'link-broken': { named: 'The link to “#” leads nowhere', plain: 'A link leads nowhere' },
  'link-unresolved': { named: 'The page “#” was not found', plain: 'A linked page was not found' },
  'link-scheme': { named: 'The link “#” is not safe and becomes text', plain: 'An unsafe link becomes text' },
  'anchor-unresolved': {
    named: 'The place “#” was not found on its page',
    plain: 'A place that is linked was not found',
  },
  'person-unknown': { named: 'The person “#” is not known', plain: 'A person who is mentioned is not known' },
  'include-cycle': same('Pages that include each other are linked, not copied in'),
};

function same(text: string): { named: string; plain: string } {
  return { named: text, plain: text };
}
