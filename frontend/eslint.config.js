import { readdirSync } from "node:fs";
import js from "@eslint/js";
import a11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import globals from "globals";
import ts from "typescript-eslint";

const code = { skipBlankLines: true, skipComments: true };

const noRawHtml = {
  selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
  message: "Text from people and models is never HTML; use components/Markdown.",
};
const FEATURES = readdirSync(new URL("src/features", import.meta.url));

/** Files that import nothing of what `above` matches behind `@/`, neither at the top nor lazily. */
function floor(files, above, message) {
  const pattern = `^@/(${above})`;
  return {
    files: [`${files}/**/*.{ts,tsx}`],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ regex: pattern, message }] }],
      "no-restricted-syntax": [
        "error",
        noRawHtml,
        { selector: `ImportExpression[source.value=/${pattern.replaceAll("/", "\\/")}/]`, message },
      ],
    },
  };
}

export default ts.config(
  { ignores: ["dist", "node_modules", "src/api/schema.d.ts"] },
  js.configs.recommended,
  {
    files: ["scripts/**/*.mjs", "*.config.*"],
    languageOptions: { globals: globals.node },
  },
  {
    files: ["public/*.js"],
    languageOptions: { globals: globals.browser, sourceType: "script" },
  },
  {
    files: ["src/**/*.{ts,tsx}", "tests/**/*.ts", "vite.config.ts"],
    extends: [
      ...ts.configs.strictTypeChecked,
      a11y.flatConfigs.strict,
      hooks.configs.flat["recommended-latest"],
    ],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "max-lines": ["error", { max: 250, ...code }],
      "max-lines-per-function": ["error", { max: 120, ...code }],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "no-restricted-globals": [
        "error",
        { name: "fetch", message: "Go through api/client.ts or api/events.ts." },
        { name: "alert", message: "Use notifications or ConfirmButton." },
        { name: "confirm", message: "Use ConfirmButton." },
      ],
      "no-restricted-syntax": ["error", noRawHtml],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: false, allowNullish: false },
      ],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": [
        "error",
        { checksVoidReturn: { attributes: false } },
      ],
      // Redirects of the router are thrown objects.
      "@typescript-eslint/only-throw-error": "off",
    },
  },
  floor("src/lib", "app|features|components|api", "lib knows nothing of the rest."),
  floor("src/api", "app|features|components", "api imports lib alone."),
  floor("src/components", "app|features", "components import api and lib."),
  ...FEATURES.map((own) =>
    floor(
      `src/features/${own}`,
      `app/(?!root$)|features/(?!${own}/)`,
      "A feature imports no other: what two of them show belongs to components.",
    ),
  ),
  {
    files: ["src/**/*.test.{ts,tsx}"],
    rules: { "max-lines-per-function": "off" },
  },
);
