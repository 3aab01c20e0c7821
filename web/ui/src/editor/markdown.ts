// Markdown without the languages that may be embedded in it: they would be four times the editor's own size.
import { defineLanguageFacet, Language, LanguageSupport } from "@codemirror/language";
import { parser } from "@lezer/markdown";

export function commonMark(): LanguageSupport {
  return new LanguageSupport(new Language(defineLanguageFacet(), parser, [], "markdown"));
}
