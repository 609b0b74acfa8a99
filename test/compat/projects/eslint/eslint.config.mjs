import importPlugin from "eslint-plugin-import";

export default [
  importPlugin.flatConfigs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: "module" },
    rules: {
      // The plugin does not read the `exports` of a package, where the entry points are.
      "import/no-unresolved": ["error", { ignore: ["^labelmap/"] }],
    },
  },
];
