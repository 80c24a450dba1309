// Figures with their labels and small print, in a list of definitions.

import { make } from "./elements.js";

/** Shows [[label, value, small print], …] in a `dl`. */
export function showFigures(list, figures) {
  figures.forEach((words, index) => {
    const item = list.children[index] ?? list.appendChild(newFigure());
    words.forEach((each, part) => (item.children[part].textContent = each));
  });
}

function newFigure() {
  const item = make("div");
  item.append(make("dt"), make("dd"), make("dd", "small"));
  return item;
}
