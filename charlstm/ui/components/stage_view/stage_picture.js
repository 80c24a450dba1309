// The stages of stage_view.js as an SVG file.
// A row for every stage, with every symbol at the same position in all.

import { axisFraction } from "../shared/bars.js";
import { sheet, svgPart } from "../shared/picture.js";

const ROW = { left: 232, right: 16, top: 14, bottom: 10, height: 104, bar: 62, column: 17 };

export function stagesPicture({ root, data, scale }) {
  const { labels, stages } = data;
  const width = ROW.left + ROW.right + ROW.column * labels.length;
  const { svg, ink, font } = sheet(root, width, ROW.top + ROW.bottom + ROW.height * stages.length);
  stages.forEach((stage, row) => {
    const base = ROW.top + row * ROW.height + ROW.bar;
    svg.append(svgPart("text", { x: 12, y: base - 34, "font-size": 16, "font-weight": 650, ...font }, stage.title));
    stage.facts.forEach((fact, line) => {
      svg.append(svgPart("text", { x: 12, y: base - 14 + 17 * line, "font-size": 13, ...font }, fact));
    });
    svg.append(svgPart("line", { x1: ROW.left, x2: width - ROW.right, y1: base, y2: base, stroke: ink, "stroke-opacity": 0.5 }));
    labels.forEach((label, index) => {
      const x = ROW.left + index * ROW.column;
      const state = stage.states[index];
      const height = ROW.bar * axisFraction(stage.shown[index], scale);
      const bar = { x: x + 1.5, y: base - height, width: ROW.column - 3, height };
      if (state === "left") svg.append(svgPart("rect", { ...bar, fill: stage.colour }));
      // A symbol that a stage cut is an empty bar of its former height, with its letter struck through.
      if (state === "cut") svg.append(svgPart("rect", { ...bar, fill: "none", stroke: ink, "stroke-width": 1.2, "stroke-dasharray": "3 2" }));
      const middle = x + ROW.column / 2;
      const long = Array.from(label).length > 1 && state !== "gone";
      const turned = long ? { "font-size": 8, transform: `rotate(-90 ${middle} ${base + 16})` } : {};
      const struck = state === "cut" ? { "text-decoration": "line-through" } : {};
      const at = { x: middle, y: base + 16, "font-size": 13, "text-anchor": "middle", ...font, "font-family": "monospace" };
      svg.append(svgPart("text", { ...at, ...turned, ...struck }, state === "gone" ? "·" : label));
    });
  });
  return new XMLSerializer().serializeToString(svg);
}
