// The editor. This module and what it imports is a chunk of its own, loaded when the first editor is touched.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab, toggleComment } from "@codemirror/commands";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, Prec, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLineGutter,
  type KeyBinding,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { colours } from "./colours";
import { languageSupport, type Schema } from "./languages";
import { rangeAt } from "./place";

export interface Problem {
  line: number;
  column: number | null;
  message: string;
  severity: "error" | "warning" | "info";
}

export interface EditorOptions {
  parent: Element;
  text: string;
  language: string;
  label: string;
  schema: Schema;
  readOnly?: boolean;
  numbered?: boolean;
  keys: KeyBinding[];
  onChange: () => void;
  onBlur?: () => void;
  onCursor?: (line: number) => void;
}

const markLines = StateEffect.define<{ from: number; to: number } | null>();
const marked = Decoration.line({ class: "cm-marked" });

const markedLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(decorations, transaction) {
    let next = decorations.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(markLines)) next = effect.value ? linesIn(transaction.state, effect.value) : Decoration.none;
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function linesIn(state: EditorState, range: { from: number; to: number }): DecorationSet {
  const lines = [];
  for (let line = range.from; line <= Math.min(range.to, state.doc.lines); line += 1) {
    lines.push(marked.range(state.doc.line(line).from));
  }
  return Decoration.set(lines);
}

/** A mounted editor, seen as little more than a text with problems. */
export class Editor {
  private readonly language = new Compartment();
  readonly view: EditorView;

  private constructor(
    private readonly options: EditorOptions,
    support: Extension,
  ) {
    const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
    this.view = new EditorView({
      parent: options.parent,
      state: EditorState.create({
        doc: options.text,
        extensions: [EditorView.cspNonce.of(nonce), this.language.of(support), ...extensions(options)],
      }),
    });
  }

  static async mount(options: EditorOptions): Promise<Editor> {
    return new Editor(options, (await languageSupport(options.language, options.schema)) ?? []);
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** The selected text; empty when nothing is selected. */
  get selection(): string {
    const { from, to } = this.view.state.selection.main;
    return this.view.state.sliceDoc(from, to);
  }

  focus(): void {
    this.view.focus();
  }

  /** Puts the cursor where the pointer is. */
  focusAt(point: { x: number; y: number }): void {
    this.view.focus();
    const position = this.view.posAtCoords(point, false);
    this.view.dispatch({ selection: { anchor: position } });
  }

  show(problems: Problem[]): void {
    const diagnostics: Diagnostic[] = problems.map(({ line, column, message, severity }) => ({
      ...rangeAt(this.view.state.doc, line, column),
      message,
      severity,
    }));
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  mark(range: { from: number; to: number } | null, scroll = false): void {
    const effects: StateEffect<unknown>[] = [markLines.of(range)];
    if (range && scroll) {
      const line = this.view.state.doc.line(Math.min(range.from, this.view.state.doc.lines));
      effects.push(EditorView.scrollIntoView(line.from, { y: "center" }));
    }
    this.view.dispatch({ effects });
  }

  /** Selects a line and goes there. */
  goTo(line: number): void {
    const found = this.view.state.doc.line(Math.min(Math.max(line, 1), this.view.state.doc.lines));
    this.view.dispatch({ selection: { anchor: found.from, head: found.to }, scrollIntoView: true });
    this.view.focus();
  }

  async offer(schema: Schema): Promise<void> {
    const support = await languageSupport(this.options.language, schema);
    this.view.dispatch({ effects: this.language.reconfigure(support ?? []) });
  }

  destroy(): void {
    this.view.destroy();
  }
}

function extensions(options: EditorOptions): Extension[] {
  return [
    Prec.highest(keymap.of(options.keys)),
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    autocompletion({ icons: false, activateOnTypingDelay: 120 }),
    highlightSelectionMatches(),
    search({ top: true }),
    indentUnit.of("  "),
    EditorState.tabSize.of(2),
    syntaxHighlighting(colours),
    markedLines,
    keymap.of([
      { key: "Mod-/", run: toggleComment },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false", tabindex: "0" }),
    options.language === "markdown" ? EditorView.lineWrapping : [],
    options.numbered ? [lineNumbers(), highlightActiveLineGutter()] : [],
    options.readOnly ? [EditorState.readOnly.of(true)] : [],
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onChange();
      if (update.focusChanged && !update.view.hasFocus) options.onBlur?.();
      if (update.selectionSet && options.onCursor) {
        options.onCursor(update.state.doc.lineAt(update.state.selection.main.head).number);
      }
    }),
  ];
}
