import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["**/*.min.js", "**/node_modules/"] },
  js.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: { eqeqeq: "error", "prefer-const": "error" },
  },
];
