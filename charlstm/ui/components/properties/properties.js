// A table of properties. Sends to Python which cell of which property was chosen, as
// setTriggerValue("chosen", [row, which of its cells]).

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".properties");
  if (root.dataset.token === data.token) return; // a rerun must not take the focus away
  root.dataset.token = data.token;
  const choose = (row, position) => setTriggerValue("chosen", [row, position]);
  const rows = data.rows.map((row, index) => createRow(row, (position) => choose(index, position)));
  const focused = root.getRootNode().activeElement?.dataset.at;
  root.querySelector("tbody").replaceChildren(...rows);
  root.querySelector("table").setAttribute("aria-label", data.label);
  if (focused) root.querySelector(`[data-at="${focused}"]`)?.focus();
}

function createRow(row, choose) {
  const line = document.createElement("tr");
  line.classList.toggle("chosen", row.cells.some((cell) => cell.chosen));
  line.classList.toggle("chance", row.chance);
  const [best, ...others] = row.cells;
  const name = cellOf(line, row.label);
  name.title = row.rule;
  const score = cellOf(line, `${row.measure} ${row.score} `, "score");
  score.append(Object.assign(document.createElement("small"), { textContent: row.interval }));
  cellOf(line, "", "plot").append(plotOf(row));
  cellOf(line, "").append(button(row, best, 0, choose));
  cellOf(line, row.together, "together").title = "a linear fit on the outputs of all cells";
  const then = cellOf(line, "", "others");
  others.forEach((cell, index) => then.append(button(row, cell, index + 1, choose)));
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

function button(row, cell, position, choose) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = cell.label;
  made.title = cell.said;
  made.dataset.at = `${row.name} ${position}`;
  made.setAttribute("aria-label", cell.said);
  made.setAttribute("aria-pressed", String(cell.chosen));
  made.addEventListener("click", () => choose(position));
  return made;
}
