// The defaults of a new Docusaurus site, its pages taken from the folder PAGES; whatever leads nowhere ends the build.
import remarkMath from 'remark-math';

export default {
  title: 'Pages',
  url: 'https://pages.example',
  baseUrl: '/',
  trailingSlash: true,
  onBrokenLinks: 'throw',
  onBrokenAnchors: 'throw',
  onDuplicateRoutes: 'throw',
  markdown: { hooks: { onBrokenMarkdownLinks: 'throw', onBrokenMarkdownImages: 'throw' } },
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
