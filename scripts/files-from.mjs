/**
 * Which files some files load at once: themselves, what they import, and what that imports. A plugin for rolldown finds out
 * while a bundle is made, in time for `codeSplitting`.
 *
 * @param {...string} starts paths.
 */
export function filesFrom(...starts) {
  const files = new Set();
  const plugin = {
    name: "files-from",
    buildEnd() {
      const add = (id) => {
        if (files.has(id)) return;
        files.add(id);
        this.getModuleInfo(id)?.importedIds.forEach(add);
      };
      starts.forEach(add);
    },
  };
  return { plugin, has: (id) => files.has(id) };
}
