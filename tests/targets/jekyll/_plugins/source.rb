# Names the file that a page was made of, whatever its details say.
Jekyll::Hooks.register %i[pages documents], :post_render do |page|
  source = page.relative_path.delete_prefix('/').encode(xml: :text).gsub('"', '&quot;')
  page.output = page.output.sub('<head>') { %(<head><meta name="source" content="#{source}">) }
end
