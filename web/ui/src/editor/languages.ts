// Which language package an editor needs; each is its own chunk, loaded with the first editor of that language.
import type { LanguageSupport } from "@codemirror/language";

/** Tables and views with their columns, for completion. */
export type Schema = Record<string, string[]>;

export async function languageSupport(language: string, schema: Schema): Promise<LanguageSupport | null> {
  switch (language) {
    case "sql":
      return (await import("./sql")).databricks(schema);
    case "markdown":
      return (await import("./markdown")).commonMark();
    case "python":
      return (await import("@codemirror/lang-python")).python();
    case "yaml":
      return (await import("@codemirror/lang-yaml")).yaml();
    case "json":
      return (await import("@codemirror/lang-json")).json();
    default:
      return null;
  }
}
