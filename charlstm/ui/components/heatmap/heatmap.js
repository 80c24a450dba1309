// All cells at all characters: one row per cell, one column per character, blue below 0 and orange
// above.

import { answerForPictures } from "../shared/picture.js";
import { heatmapPicture } from "./heatmap_picture.js";

const ROW_PIXELS = 3;
const LOWEST = 160;
const TALLEST = 420;
const KEPT = ["cells", "cell", "first", "position"]; // if these are the same, the cursor does not move
const KEYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** A picture in its element; `choose(cell, position)` is called for a click or a key. */
export function createHeatmap(root, choose) {
  const heatmap = { root, canvas: root.querySelector("canvas"), at: null, scheme: null };
  heatmap.choose = () => choose(heatmap.at.cell, heatmap.data.first + heatmap.at.column);
  heatmap.repaint = () => window.setTimeout(() => heatmap.data && paint(heatmap), 100); // after the theme has changed
  heatmap.scheme = window.matchMedia("(prefers-color-scheme: dark)");
  heatmap.scheme.addEventListener("change", heatmap.repaint);
  heatmap.noPicture = answerForPictures({ heatmap: () => heatmapPicture(heatmap) });
  const { canvas } = heatmap;
  canvas.addEventListener("pointermove", (event) => say(heatmap, under(heatmap, event)));
  canvas.addEventListener("pointerleave", () => say(heatmap, null));
  canvas.addEventListener("click", (event) => {
    heatmap.at = under(heatmap, event);
    frame(heatmap);
    heatmap.choose();
  });
  canvas.addEventListener("keydown", (event) => {
    const step = KEYS[event.key];
    if (step) {
      const { cells, columns } = heatmap;
      heatmap.at = {
        cell: clamp(heatmap.at.cell + step[0], cells),
        column: clamp(heatmap.at.column + step[1], columns),
      };
      frame(heatmap);
      say(heatmap, heatmap.at);
    } else if (event.key === "Enter" || event.key === " ") heatmap.choose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return heatmap;
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

/**
 * Shows { cells, first, symbols, values, cell, position, label, hint }: values are from -1 to 1, by
 * cell and then by symbol; `first` is the position of the first symbol in the text.
 */
export function showHeatmap(heatmap, data) {
  const isThere = KEPT.every((name) => data[name] === heatmap.data?.[name]);
  heatmap.data = data;
  heatmap.values = data.values;
  heatmap.columns = data.symbols.length;
  heatmap.cells = data.cells;
  if (!isThere) heatmap.at = { cell: data.cell, column: clamp(data.position - data.first, heatmap.columns) };
  heatmap.canvas.setAttribute("aria-label", data.label);
  const height = Math.min(Math.max(data.cells * ROW_PIXELS, LOWEST), Math.max(TALLEST, data.cells));
  heatmap.canvas.style.height = `${height}px`;
  paint(heatmap);
  frame(heatmap);
  if (!isThere) say(heatmap, null);
  Object.assign(heatmap.root.dataset, { cells: data.cells, columns: heatmap.columns, ready: "true" });
}

export function endHeatmap(heatmap) {
  heatmap.scheme.removeEventListener("change", heatmap.repaint);
  heatmap.noPicture();
}

function paint(heatmap) {
  const { canvas, values, cells, columns } = heatmap;
  const style = getComputedStyle(heatmap.root);
  const [paper, low, high] = ["--paper", "--blue", "--orange"].map((name) => channels(style.getPropertyValue(name)));
  canvas.width = columns;
  canvas.height = cells;
  const image = new ImageData(columns, cells);
  values.forEach((value, at) => {
    const fraction = Math.abs(value);
    const colour = value < 0 ? low : high;
    for (let channel = 0; channel < 3; channel += 1) {
      image.data[4 * at + channel] = paper[channel] + (colour[channel] - paper[channel]) * fraction;
    }
    image.data[4 * at + 3] = 255;
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** Lets the browser parse a colour in any notation. */
function channels(colour) {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = colour.trim() || "#ffffff";
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
}

/** Frames the selected row and column, in per cent, so that the frames follow the width. */
function frame({ root, at, cells, columns }) {
  const row = root.querySelector(".cross.row").style;
  const column = root.querySelector(".cross.column").style;
  row.top = `calc(${(at.cell / cells) * 100}% - 2px)`;
  row.height = `calc(${100 / cells}% + 4px)`;
  column.left = `calc(${(at.column / columns) * 100}% - 2px)`;
  column.width = `calc(${100 / columns}% + 4px)`;
}

function say(heatmap, at) {
  const { data, values, columns } = heatmap;
  const said = heatmap.root.querySelector(".said");
  if (!at) {
    said.textContent = data.hint;
    return;
  }
  const value = values[at.cell * columns + at.column];
  const near = data.symbols.slice(Math.max(0, at.column - 12), at.column).join("");
  said.textContent =
    `cell ${at.cell} after “${near}${data.symbols[at.column]}”: ` +
    `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}`;
}
