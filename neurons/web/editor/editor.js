/**
 * The editor of the classroom page: CodeMirror with Python, in the page's colours.
 * Bundled into one file by build.mjs; the page sees the one function `makeEditor`.
 */
import { defaultKeymap, history, historyKeymap, indentLess, indentMore } from "@codemirror/commands";
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** @type {import("@codemirror/state").StateEffectType<number>} */
const setMark = StateEffect.define();

/** The line that an error message is about: 0 for none. It goes as soon as something is typed. */
const markedLine = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMark)) {
        const number = Math.min(effect.value, transaction.state.doc.lines);
        if (number < 1) return Decoration.none;
        return Decoration.set([Decoration.line({ class: "cm-wrong" }).range(transaction.state.doc.line(number).from)]);
      }
    }
    return transaction.docChanged ? Decoration.none : marks;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const theme = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--card)", height: "100%", fontSize: "13.5px" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-gutters": { backgroundColor: "var(--card)", color: "var(--soft)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--faint)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "&.cm-focused": { outline: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selected)",
  },
  ".cm-wrong": { backgroundColor: "var(--wrong)", boxShadow: "inset 4px 0 var(--plus)" },
  ".cm-matchingBracket": { backgroundColor: "var(--now)", outline: "none" },
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null, tags.self], color: "var(--code-word)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-text)" },
  { tag: [tags.number], color: "var(--code-number)" },
  { tag: [tags.comment], color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.definition(tags.variableName), tags.function(tags.definition(tags.variableName)), tags.className], fontWeight: "600" },
]);

/**
 * An editor in `parent`.
 * @param {HTMLElement} parent
 * @param {{ label: string, change: (text: string) => void, run: () => void, check: () => void }} settings
 */
export function makeEditor(parent, settings) {
  const extensions = [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    indentUnit.of("    "),
    EditorState.tabSize.of(4),
    python(),
    syntaxHighlighting(colours),
    markedLine,
    theme,
    EditorView.lineWrapping, // what a task says stands in comments, which must not end at the edge
    EditorView.contentAttributes.of({ "aria-label": settings.label, spellcheck: "false", tabindex: "0", autocapitalize: "off" }),
    keymap.of([
      { key: "Mod-Enter", run: () => (settings.run(), true) },
      { key: "Shift-Enter", run: () => (settings.check(), true) },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      // Tab indents as students expect. Escape, then Tab, leaves the editor: CodeMirror's own way out for the keyboard.
      { key: "Tab", run: indentMore, shift: indentLess },
    ]),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) settings.change(update.state.doc.toString());
    }),
  ];
  /** @param {string} doc */
  const fresh = (doc) => EditorState.create({ doc, extensions });
  const view = new EditorView({ state: fresh(""), parent });
  return {
    text: () => view.state.doc.toString(),
    /** Another file: with a history of its own, so that Undo does not bring back the one before. @param {string} text */
    open(text) {
      view.setState(fresh(text));
    },
    /** Another text in the place of this one; Undo brings it back. @param {string} text */
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    /** Mark a line, counted from 1, and bring it into view; 0 takes the mark away. @param {number} number */
    mark(number) {
      view.dispatch({ effects: setMark.of(number) });
      if (number >= 1 && number <= view.state.doc.lines) {
        view.dispatch({ effects: EditorView.scrollIntoView(view.state.doc.line(number).from, { y: "center" }) });
      }
    },
    focus: () => view.focus(),
  };
}
