import importPlugin from "eslint-plugin-import";

export default [
  importPlugin.flatConfigs.recommended,
  { languageOptions: { ecmaVersion: 2024, sourceType: "module" } },
];
