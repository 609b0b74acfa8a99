/**
 * `npm run docs`: the site in out/site, made by TypeDoc: a reference of every entry point of both packages, the guides,
 * and the explorer if it is built. TypeDoc needs TypeScript 6, while the project has 7; so both are of this folder's own package. A link
 * that leads nowhere and a type that is used but not exported are errors.
 */
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Application, JSX, OptionDefaults, PageEvent } from "typedoc";
import { documentedEntryPoints } from "../../scripts/entry-points.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const path = (...parts) => join(root, ...parts);

/** What is imported, and its source. */
const entries = documentedEntryPoints(root).map(({ name, types }) => ({
  name,
  source: path(types.replace("dist/", "src/").replace(".d.ts", ".ts")),
}));
/** The pages, by what the index calls them and in its order. */
const links = readFileSync(path("docs/README.md"), "utf8").matchAll(/\[([^\]]+)\]\(([\w./-]+\.md)\)/g);
const pages = [
  ["Guides", path("docs/README.md")],
  ...[...links].map(([, title, file]) => [title, path("docs", file)]),
  // Its tarball lacks the library's pages, so the index names these without a link.
  ["labelmap-cli", path("cli/README.md")],
  ["Explorer", path("cli/docs/explorer.md")],
];

const app = await Application.bootstrap({
  name: "labelmap",
  entryPoints: entries.map(({ source }) => source),
  tsconfig: path("docs/site/tsconfig.json"),
  projectDocuments: pages.map(([, file]) => file),
  sort: ["documents-first", "source-order"],
  readme: path("README.md"),
  out: path("out/site"),
  disableSources: true,
  includeVersion: true,
  excludePrivate: true,
  excludeInternal: true,
  highlightLanguages: [...OptionDefaults.highlightLanguages, "python", "toml", "jsx", "svelte"],
  validation: { invalidLink: true, invalidPath: true, notExported: true, notDocumented: false },
  // Steps of types that are exported.
  intentionallyNotExported: [
    "WithTarget",
    "Fitting",
    "DecodedTo",
    "BatchOf",
    "TargetOf",
    "KeyOf",
    "Disposing",
    "PhotosOf",
    "PhotoOf",
    "ViewArrayOf",
  ],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
});
const project = await app.convert();
if (project === undefined) process.exit(1);
for (const { name, source } of entries) {
  project.children.find((child) => project.files.getReflectionPath(child) === source).name = name;
}
for (const [index, [title]] of pages.entries()) project.documents[index].name = title;
const hasExplorer = existsSync(path("cli/dist/explorer"));
if (hasExplorer) {
  app.renderer.hooks.on("sidebar.begin", (context) =>
    JSX.createElement("a", { href: context.relativeURL("explorer/index.html") }, "Open the explorer"),
  );
}
const urls = new Map([[path("README.md"), "index.html"]]);
app.renderer.on("beginRender", (event) => {
  for (const { model, url } of event.pages) {
    const place = project.documents.indexOf(model);
    if (place !== -1) urls.set(pages[place][1], url);
  }
});
// From a disk a link to a folder shows its files.
app.renderer.on(PageEvent.END, (page) => {
  page.contents = page.contents?.replace(/href="((?:\.\.\/)+)#/g, 'href="$1index.html#');
});
app.validate(project);
await app.generateOutputs(project);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
if (hasExplorer) cpSync(path("cli/dist/explorer"), path("out/site/explorer"), { recursive: true });
writeFileSync(path("out/site/llms.txt"), llmsOfSite());

/** llms.txt with the site's own pages instead of the repository's files. */
function llmsOfSite() {
  return readFileSync(path("llms.txt"), "utf8").replace(/\]\(([\w./-]+\.md)\)/g, (_, file) => {
    const url = urls.get(path(file));
    if (url === undefined) throw new Error(`llms.txt links ${file}, which is no page of the site`);
    return `](${url})`;
  });
}
