// Syntax gets the classes that the server's own highlighting uses, so both come from one place in the style sheet.
import { tagHighlighter, tags } from "@lezer/highlight";

export const colours = tagHighlighter([
  { tag: tags.keyword, class: "t-keyword" },
  { tag: [tags.string, tags.special(tags.string)], class: "t-string" },
  { tag: [tags.number, tags.bool, tags.null], class: "t-number" },
  { tag: tags.comment, class: "t-comment" },
  { tag: [tags.typeName, tags.className], class: "t-type" },
  { tag: [tags.standard(tags.name), tags.function(tags.variableName)], class: "t-function" },
  { tag: [tags.special(tags.name), tags.labelName], class: "t-parameter" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], class: "t-key" },
  { tag: tags.heading, class: "t-heading" },
  { tag: tags.emphasis, class: "t-emphasis" },
  { tag: tags.strong, class: "t-strong" },
  { tag: tags.invalid, class: "t-error" },
]);
