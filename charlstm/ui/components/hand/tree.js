// The tree of branches: the one that is shown, the one to compare with, and each path's probability.

import { TRUNK, depth, isSame } from "../../../browser/trails.js";
import { make } from "../shared/elements.js";
import { figure, pathWords } from "../shared/probability.js";
import { billOf, stepsOf } from "./paths.js";

const START = 24; // symbols of a branch that are shown

export class Tree {
  /** `on`: { look(branch), compare(word) } with indices of branches; "none" for no comparison. */
  constructor(root, on) {
    this.root = root;
    this.rows = root.querySelector(".rows");
    this.select = root.querySelector(".compared");
    this.rows.addEventListener("change", ({ target }) => on.look(Number(target.value)));
    this.select.addEventListener("change", () => on.compare(this.select.value));
  }

  show(sheet, paths) {
    const { branches } = sheet;
    this.root.hidden = branches.length === 1;
    if (this.root.hidden) return;
    const { labels, unit } = paths.model;
    const symbols = paths.model.vocabulary.symbols;
    const names = branches.map((branch) => nameOf(branch, sheet, unit, labels, symbols));
    branches.forEach((branch, index) => {
      const row = this.rows.children[index] ?? this.#newRow(index);
      const steps = stepsOf(paths.of(branch), sheet.length);
      const isWritten = steps.length === sheet.length;
      const { bits } = billOf(steps);
      const at = branch.at(-1)?.[0];
      row.style.setProperty("--depth", depth(branch, branches));
      row.dataset.bits = isWritten ? String(bits) : "";
      row.querySelector("input").checked = index === sheet.branch;
      row.querySelector(".name").textContent = names[index];
      row.querySelector("b").textContent = isWritten ? `${pathWords(-bits)}, ${figure(bits)} bits` : "…";
      row.querySelector(".start").textContent =
        at === undefined ? "" : `…${steps.slice(at, at + START).map(({ symbol }) => symbols[symbol]).join("").replaceAll("\n", "⏎")}…`;
    });
    for (const extra of [...this.rows.children].slice(branches.length)) extra.remove();
    this.#showSelect(sheet, names);
  }

  #showSelect(sheet, names) {
    const options = sheet.branches.map((_, index) => [String(index), names[index]]);
    const others = options.filter((_, index) => index !== sheet.branch);
    const wanted = [["none", "nothing"], ...others];
    const token = JSON.stringify(wanted);
    if (token !== this.token) {
      this.token = token;
      this.select.replaceChildren(...wanted.map(([value, name]) => new Option(name, value)));
    }
    const beside = sheet.compared && sheet.branches.findIndex((each) => isSame(each, sheet.compared));
    this.select.value = beside === null ? "none" : String(beside);
  }

  #newRow(index) {
    const row = make("label");
    const input = make("input");
    Object.assign(input, { type: "radio", name: "branch", value: String(index) });
    row.append(input, make("span", "name"), make("b"), make("span", "start"));
    return this.rows.appendChild(row);
  }
}

function nameOf(branch, sheet, unit, labels, symbols) {
  if (isSame(branch, TRUNK)) return sheet.own ? "your text" : "as the model writes it";
  const [position, symbol] = branch.at(-1);
  return `at ${position + 1} “${labels[symbols.indexOf(symbol)]}”`;
}
