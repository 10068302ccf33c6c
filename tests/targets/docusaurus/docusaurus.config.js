// The defaults of a new Docusaurus site, its pages taken from the folder PAGES; whatever leads nowhere ends the build.
import remarkMath from 'remark-math';

export default {
  title: 'Pages',
  url: 'https://pages.example',
  baseUrl: '/',
  trailingSlash: true,
  onBrokenLinks: 'throw',
  // It knows the anchors of headings alone. All of them are looked for in what it makes.
  onBrokenAnchors: 'ignore',
  onDuplicateRoutes: 'throw',
  // With emoji, which are on by default, a text such as `:smile:` becomes one; nothing but code can keep it from that.
  markdown: {
    emoji: false,
    hooks: { onBrokenMarkdownLinks: 'throw', onBrokenMarkdownImages: 'throw' },
  },
  presets: [
    [
      'classic',
      {
        docs: { path: process.env.PAGES, remarkPlugins: [remarkMath] },
        blog: false,
        sitemap: false,
      },
    ],
  ],
};
