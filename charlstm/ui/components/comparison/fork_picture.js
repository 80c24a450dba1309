// The two lines of why.js as an SVG file.

import { hasLabel, piecesOf } from "../draw/draw.js";
import { sheet, svgPart } from "../shared/picture.js";

const SHEET = { left: 150, right: 20, top: 44, line: 44, gap: 4, bottom: 50, width: 900 };

/** moment: as in why.js. */
export function forkPicture(root, { position, isDrawn, model, sides }) {
  const { left, right, top, line, gap, bottom, width } = SHEET;
  const base = top + 2 * line + gap;
  const { svg, ink, font } = sheet(root, width, base + bottom);
  const paper = svg.firstChild.getAttribute("fill");
  const room = width - left - right;
  const text = (attributes, words) => svg.append(svgPart("text", { "font-size": 15, ...font, ...attributes }, words));
  text({ x: left, y: 22, "font-size": 16 }, `${model.unit[0].toUpperCase()}${model.unit.slice(1)} ${position + 1}`);
  sides.forEach(({ line: name, colour, step, probabilities }, side) => {
    const y = top + side * (line + gap);
    text({ x: left - 10, y: y + line / 2 + 5, "text-anchor": "end" }, name);
    for (const piece of piecesOf(probabilities, step.symbol)) {
      const isPicked = isDrawn && piece.symbol === step.symbol;
      const [x, size] = [left + room * piece.from, room * piece.p];
      const look = { fill: colour, "fill-opacity": isPicked ? 1 : 0.26, stroke: paper, "stroke-width": 0.7 };
      svg.append(svgPart("rect", { x, y, width: size, height: line, ...look }));
      if (!hasLabel(piece)) continue;
      const at = { x: x + size / 2, y: y + line / 2 + 5, "text-anchor": "middle", "font-family": "monospace" };
      text({ ...at, ...(isPicked ? { fill: paper, "font-weight": 700 } : {}) }, model.labels[piece.symbol]);
    }
  });
  if (isDrawn) {
    const x = left + room * sides[0].step.uniform;
    svg.append(svgPart("line", { x1: x, x2: x, y1: top - 8, y2: base + 6, stroke: ink, "stroke-width": 2.5 }));
  }
  for (let tenth = 0; tenth <= 10; tenth += 2) {
    const x = left + (room * tenth) / 10;
    text({ x, y: base + 20, "font-size": 12, "text-anchor": "middle" }, (tenth / 10).toFixed(1));
  }
  text({ x: left + room / 2, y: base + 40, "font-size": 13, "text-anchor": "middle" }, "cumulative probability");
  return new XMLSerializer().serializeToString(svg);
}
