// One column of text: its heading, the prompt, and the text in pieces.
// A piece is a segment of plain text, an invented word, or one marked character, which may be in
// such a word, as pieces.js cuts it. Each has two text nodes: one for the shown part, one for the rest.

import { cut, saidOfPiece } from "../shared/pieces.js";

export function createColumn({ heading, prompt, text, colour, marks, invented }) {
  const symbols = Array.from(text);
  const element = make("section", "page");
  element.style.setProperty("--temperature-colour", colour);
  if (heading) element.appendChild(make("h2", "heading")).textContent = heading;
  const paragraph = element.appendChild(make("p", "text"));
  paragraph.dir = "auto";
  paragraph.appendChild(make("span", "prompt")).textContent = prompt;
  const pieces = cut(symbols.length, marks, invented).map((piece) => createPiece(piece, symbols));
  paragraph.append(...pieces.map((piece) => piece.element));
  const caret = make("span", "caret");
  caret.setAttribute("aria-hidden", "true");
  return { element, prompt, text, length: symbols.length, pieces, caret };
}

function createPiece(piece, symbols) {
  const { start, end, title, isInvented } = piece;
  const element = make(title ? "mark" : "span", "piece");
  element.classList.toggle("invented", Boolean(isInvented));
  const said = saidOfPiece(piece);
  if (said) element.title = said;
  const shown = element.appendChild(make("span", "shown")).appendChild(document.createTextNode(""));
  const rest = element.appendChild(make("span", "rest")).appendChild(document.createTextNode(""));
  return { element, shown, rest, start, end, symbols: symbols.slice(start, end) };
}

function make(tag, name) {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}

export function showColumnUpTo(column, count) {
  for (const piece of column.pieces) {
    const shown = Math.min(Math.max(count - piece.start, 0), piece.symbols.length);
    piece.shown.data = piece.symbols.slice(0, shown).join("");
    piece.rest.data = piece.symbols.slice(shown).join("");
    piece.element.classList.toggle("reached", shown > 0);
    piece.element.classList.toggle("whole", shown === piece.symbols.length);
  }
  placeCaret(column, count);
}

/** Show the characters from position `from` up to position `to`. */
export function showMoreOfColumn(column, from, to) {
  for (const piece of column.pieces) {
    if (piece.end <= from || piece.start >= to) continue;
    const begin = Math.max(from - piece.start, 0);
    const next = piece.symbols.slice(begin, to - piece.start).join("");
    piece.shown.appendData(next);
    piece.rest.deleteData(0, next.length);
    piece.element.classList.add("reached");
    piece.element.classList.toggle("whole", to >= piece.end);
  }
  placeCaret(column, to);
}

/** The caret is between the shown part and the rest. */
function placeCaret({ pieces, caret }, count) {
  const piece = pieces.find(({ end }) => count < end) ?? pieces.at(-1);
  if (caret.parentNode !== piece.element) piece.element.insertBefore(caret, piece.element.lastChild);
}

export function wholeText({ prompt, text }) {
  return prompt + text;
}
