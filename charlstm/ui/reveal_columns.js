// One column of revealed text: its heading, the prompt, and the text in pieces.
// A piece is either a stretch of plain text or one marked character; each holds what is shown and
// what is still to come as two text nodes. Knows nothing of time, buttons or other columns.

function createColumn({ heading, prompt, text, colour, marks }) {
  const symbols = Array.from(text);
  const element = make("section", "page");
  element.style.setProperty("--temperature-colour", colour);
  if (heading) element.appendChild(make("h3", "heading")).textContent = heading;
  const paragraph = element.appendChild(make("p", "text"));
  paragraph.appendChild(make("span", "prompt")).textContent = prompt;
  const pieces = cut(symbols.length, marks).map((piece) => createPiece(piece, symbols));
  paragraph.append(...pieces.map((piece) => piece.element));
  const caret = make("span", "caret");
  caret.setAttribute("aria-hidden", "true");
  return { element, prompt, text, length: symbols.length, pieces, caret };
}

/** Cut a length into stretches and marked characters: [{ start, end, title }]. */
function cut(length, marks) {
  const pieces = [];
  let start = 0;
  for (const { position, title } of marks.filter((mark) => mark.position < length)) {
    if (position > start) pieces.push({ start, end: position });
    pieces.push({ start: position, end: position + 1, title });
    start = position + 1;
  }
  if (start < length || !pieces.length) pieces.push({ start, end: length });
  return pieces;
}

function createPiece({ start, end, title }, symbols) {
  const element = make(title ? "mark" : "span", "piece");
  if (title) element.title = title;
  const shown = element.appendChild(make("span", "shown")).appendChild(document.createTextNode(""));
  const rest = element.appendChild(make("span", "rest")).appendChild(document.createTextNode(""));
  return { element, shown, rest, start, end, symbols: symbols.slice(start, end) };
}

function make(tag, name) {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}

function showColumnUpTo(column, count) {
  for (const piece of column.pieces) {
    const shown = Math.min(Math.max(count - piece.start, 0), piece.symbols.length);
    piece.shown.data = piece.symbols.slice(0, shown).join("");
    piece.rest.data = piece.symbols.slice(shown).join("");
    piece.element.classList.toggle("reached", shown > 0);
  }
  placeCaret(column, count);
}

/** Show the characters from place `from` up to place `to`. */
function showMoreOfColumn(column, from, to) {
  for (const piece of column.pieces) {
    if (piece.end <= from || piece.start >= to) continue;
    const begin = Math.max(from - piece.start, 0);
    const next = piece.symbols.slice(begin, to - piece.start).join("");
    piece.shown.appendData(next);
    piece.rest.deleteData(0, next.length);
    piece.element.classList.add("reached");
  }
  placeCaret(column, to);
}

/** The caret stands between what is shown and what is to come. */
function placeCaret({ pieces, caret }, count) {
  const piece = pieces.find(({ end }) => count < end) ?? pieces.at(-1);
  if (caret.parentNode !== piece.element) piece.element.insertBefore(caret, piece.element.lastChild);
}

function wholeText({ prompt, text }) {
  return prompt + text;
}
