// Text whose characters are looked at one by one, coloured, and can be chosen.
// Knows symbols, fractions of colour and what is said of each; tells Python which one was chosen, as
// setTriggerValue("chosen", index), and where spans can be drawn which span was, as
// setTriggerValue("spanned", [start, stop]). What the colour means is none of its business.

const lines = new WeakMap(); // one per root element; it outlives re-renders

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".letters");
  if (!lines.has(root)) lines.set(root, listen(root));
  const line = lines.get(root);
  line.choose = (index) => setTriggerValue("chosen", index);
  line.span = (start, stop) => setTriggerValue("spanned", [start, stop]);
  if (line.token !== data.token) draw(line, data);
  return () => lines.delete(root);
}

function listen(root) {
  const line = { root, box: root.querySelector(".line"), readout: root.querySelector(".readout") };
  const at = (event) => {
    const letter = event.target.closest?.(".letter");
    return letter ? Number(letter.dataset.index) : null;
  };
  line.box.addEventListener("pointerover", (event) => say(line, at(event)));
  line.box.addEventListener("pointerleave", () => say(line, null));
  line.box.addEventListener("focusin", (event) => say(line, at(event)));
  line.box.addEventListener("focusout", () => say(line, null));
  line.box.addEventListener("click", (event) => {
    const index = at(event);
    if (index !== null && line.data.choosable) line.choose(index);
  });
  line.box.addEventListener("keydown", (event) => {
    const index = at(event);
    if (index === null) return;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) focus(line, index + step);
    else if ((event.key === "Enter" || event.key === " ") && line.data.choosable) line.choose(index);
    else return;
    event.preventDefault();
  });
  listenToSpans(line);
  return line;
}

function draw(line, data) {
  line.data = data;
  line.token = data.token;
  line.root.classList.toggle("choosable", data.choosable || data.spans);
  line.root.classList.toggle("spans", data.spans);
  const before = document.createElement("span");
  before.className = "before";
  before.textContent = data.prompt;
  const invented = new Set(data.invented.flatMap(([start, end]) => range(start, end)));
  const focused = line.box.getRootNode().activeElement?.dataset.index; // whoever walks goes on there
  line.letters = data.symbols.map((symbol, index) => createLetter(data, symbol, index));
  for (const index of invented) line.letters[index]?.classList.add("invented");
  line.root.querySelector(".legend").textContent = data.legend;
  line.box.replaceChildren(before, ...line.letters);
  line.box.setAttribute("aria-label", data.label);
  line.root.dataset.token = data.token;
  line.root.dataset.count = String(data.symbols.length);
  if (focused !== undefined) focus(line, Number(focused));
  if (data.span) markSpan(line, ...data.span);
  say(line, null);
}

function range(start, end) {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

function createLetter({ fractions, marked, current, said, choosable, spans }, symbol, index) {
  const letter = document.createElement("span");
  letter.className = "letter";
  letter.dataset.index = String(index);
  letter.style.setProperty("--fraction", String(Math.abs(fractions[index])));
  letter.classList.toggle("below", fractions[index] < 0);
  letter.classList.toggle("marked", marked.includes(index));
  letter.classList.toggle("current", index === current);
  letter.tabIndex = index === 0 ? 0 : -1;
  if (choosable || spans) {
    // Others stay text: a reader reads words, and the readout says what is said of the letter.
    letter.setAttribute("role", "button");
    letter.setAttribute("aria-label", said[index]);
  }
  if (symbol === "\n") {
    const sign = letter.appendChild(document.createElement("span"));
    sign.className = "break";
    sign.textContent = "⏎";
  }
  letter.append(symbol);
  return letter;
}

/** One letter is in the tab order; arrows walk along the text. */
function focus(line, index) {
  const letter = line.letters[index];
  if (!letter) return;
  for (const other of line.letters) other.tabIndex = -1;
  letter.tabIndex = 0;
  letter.focus();
}

function say(line, index) {
  line.readout.textContent = index === null ? line.data?.hint ?? "" : line.data.said[index];
}
