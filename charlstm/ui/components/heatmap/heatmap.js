// All cells at all characters: one row per cell, one column per character, blue below 0 and
// vermilion above. Knows fractions from -127 to 127 and labels; tells Python which cell at which
// character was chosen, as setTriggerValue("chosen", [cell, position]).

const LOW = [0, 114, 178];
const HIGH = [213, 94, 0];
const ROW_PIXELS = 3;
const LOWEST = 160;
const TALLEST = 420;
const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const strips = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".strip");
  if (!strips.has(root)) strips.set(root, createStrip(root));
  const strip = strips.get(root);
  strip.choose = () => setTriggerValue("chosen", [strip.at.cell, strip.data.first + strip.at.column]);
  receive(strip, data);
  return () => {
    strip.scheme.removeEventListener("change", strip.repaint);
    strip.noPicture();
    strips.delete(root);
  };
}

function createStrip(root) {
  const strip = { root, canvas: root.querySelector("canvas"), at: null, scheme: null };
  strip.repaint = () => window.setTimeout(() => paint(strip), 100); // after the theme has changed
  strip.scheme = window.matchMedia("(prefers-color-scheme: dark)");
  strip.scheme.addEventListener("change", strip.repaint);
  strip.noPicture = answerForPictures({ strip: () => stripPicture(strip) });
  const { canvas } = strip;
  canvas.addEventListener("pointermove", (event) => say(strip, under(strip, event)));
  canvas.addEventListener("pointerleave", () => say(strip, null));
  canvas.addEventListener("click", (event) => {
    strip.at = under(strip, event);
    frame(strip);
    strip.choose();
  });
  canvas.addEventListener("keydown", (event) => {
    const step = KEYS[event.key];
    if (step) {
      const { cells, columns } = strip;
      strip.at = {
        cell: clamp(strip.at.cell + step[0], cells),
        column: clamp(strip.at.column + step[1], columns),
      };
      frame(strip);
      say(strip, strip.at);
    } else if (event.key === "Enter" || event.key === " ") strip.choose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return strip;
}

function clamp(value, count) {
  return Math.min(Math.max(value, 0), count - 1);
}

function under({ canvas, cells, columns }, event) {
  const box = canvas.getBoundingClientRect();
  return {
    cell: clamp(Math.floor(((event.clientY - box.top) / box.height) * cells), cells),
    column: clamp(Math.floor(((event.clientX - box.left) / box.width) * columns), columns),
  };
}

function receive(strip, data) {
  strip.data = data;
  strip.values = Int8Array.from(atob(data.values), (letter) => letter.charCodeAt(0));
  strip.columns = data.symbols.length;
  strip.cells = data.cells;
  strip.at = { cell: data.cell, column: clamp(data.position - data.first, strip.columns) };
  strip.canvas.setAttribute("aria-label", data.label);
  const height = Math.min(Math.max(data.cells * ROW_PIXELS, LOWEST), Math.max(TALLEST, data.cells));
  strip.canvas.style.height = `${height}px`;
  paint(strip);
  frame(strip);
  say(strip, null);
  Object.assign(strip.root.dataset, { cells: data.cells, columns: strip.columns, ready: "true" });
}

function paint(strip) {
  const { canvas, values, cells, columns } = strip;
  const paper = channels(getComputedStyle(strip.root).getPropertyValue("--st-background-color"));
  canvas.width = columns;
  canvas.height = cells;
  const image = new ImageData(columns, cells);
  values.forEach((value, at) => {
    const fraction = Math.abs(value) / 127;
    const colour = value < 0 ? LOW : HIGH;
    for (let channel = 0; channel < 3; channel += 1) {
      image.data[4 * at + channel] = paper[channel] + (colour[channel] - paper[channel]) * fraction;
    }
    image.data[4 * at + 3] = 255;
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Let the browser read any way of writing a colour. */
function channels(colour) {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = colour.trim() || "#ffffff";
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
}

/** Frame the row and the column that are chosen; in per cent, so that they follow the width. */
function frame({ root, at, cells, columns }) {
  const row = root.querySelector(".cross.row").style;
  const column = root.querySelector(".cross.column").style;
  row.top = `calc(${(at.cell / cells) * 100}% - 2px)`;
  row.height = `calc(${100 / cells}% + 4px)`;
  column.left = `calc(${(at.column / columns) * 100}% - 2px)`;
  column.width = `calc(${100 / columns}% + 4px)`;
}

function say(strip, at) {
  const { data, values, columns } = strip;
  const said = strip.root.querySelector(".said");
  if (!at) {
    said.textContent = data.hint;
    return;
  }
  const value = values[at.cell * columns + at.column] / 127;
  const near = data.symbols.slice(Math.max(0, at.column - 12), at.column).join("");
  said.textContent =
    `cell ${at.cell} after “${near}${data.symbols[at.column]}”: ` +
    `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}
