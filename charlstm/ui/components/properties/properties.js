// A table of properties: how well the cells know each, and its best cells as buttons.

/** A table in its element; `choose({ layer, cell, state })` is called with the cell of a button. */
export class Properties {
  constructor(root, choose) {
    Object.assign(this, { root, choose, rows: "", buttons: [] });
  }

  /** Shows the rows; the buttons of the cell that `isChosen` are pressed. */
  show(rows, isChosen) {
    const now = JSON.stringify(rows);
    if (now !== this.rows) {
      this.rows = now;
      this.buttons = [];
      this.root.querySelector("tbody").replaceChildren(...rows.map((row) => createRow(row, this)));
    }
    for (const { made, cell } of this.buttons) made.setAttribute("aria-pressed", String(isChosen(cell)));
    for (const line of this.root.querySelectorAll("tbody tr")) {
      line.classList.toggle("chosen", line.querySelector('[aria-pressed="true"]') !== null);
    }
  }
}

function createRow(row, table) {
  const line = document.createElement("tr");
  line.classList.toggle("chance", row.chance);
  const [best, ...others] = row.cells;
  const name = cellOf(line, row.label);
  name.title = row.rule;
  const score = cellOf(line, `${row.measure} ${row.score} `, "score");
  score.append(Object.assign(document.createElement("small"), { textContent: row.interval }));
  cellOf(line, "", "plot").append(plotOf(row));
  cellOf(line, "").append(button(best, table));
  cellOf(line, row.together, "together").title = "a linear fit on the outputs of all cells";
  const then = cellOf(line, "", "others");
  then.append(...others.map((cell) => button(cell, table)));
  return line;
}

function cellOf(line, text, className = "") {
  return line.appendChild(Object.assign(document.createElement("td"), { textContent: text, className }));
}

function plotOf({ from, to, at, all }) {
  const axis = Object.assign(document.createElement("span"), { className: "axis" });
  axis.setAttribute("aria-hidden", "true");
  for (const className of from === null ? ["ring", "dot"] : ["range", "ring", "dot"]) {
    axis.append(Object.assign(document.createElement("span"), { className }));
  }
  const clamped = (fraction) => String(Math.min(Math.max(fraction, 0), 1));
  axis.style.setProperty("--at", clamped(at));
  axis.style.setProperty("--all", clamped(all));
  if (from !== null) {
    axis.style.setProperty("--from", clamped(from));
    axis.style.setProperty("--to", clamped(to));
  }
  return axis;
}

function button(cell, table) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = cell.label;
  made.title = cell.said;
  made.setAttribute("aria-label", cell.said);
  made.addEventListener("click", () => table.choose(cell));
  table.buttons.push({ made, cell });
  return made;
}
