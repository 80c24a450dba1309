// All cells at all characters as a file: the field of heatmap.js with labelled axes.
// Knows what the canvas holds, one pixel for each cell at each character.

import { sheet, svgPart } from "../shared/picture.js";

const FIELD = { left: 64, right: 16, top: 40, bottom: 34, column: 10, row: 3 };

export function heatmapPicture({ root, canvas, data, cells, columns }) {
  const { left, right, top, bottom, column, row } = FIELD;
  const [width, height] = [columns * column, cells * row];
  const { svg, ink, font } = sheet(root, left + width + right, top + height + bottom);
  const words = "Every cell at every character; orange is positive, blue negative";
  svg.append(svgPart("text", { x: left, y: 24, "font-size": 16, ...font }, words));
  const field = { x: left, y: top, width, height };
  svg.append(
    svgPart("image", { ...field, href: canvas.toDataURL(), preserveAspectRatio: "none", style: "image-rendering: pixelated" }),
    svgPart("rect", { ...field, fill: "none", stroke: ink, "stroke-opacity": 0.3 }),
  );
  for (let cell = 0; cell < cells; cell += 16) {
    const label = { x: left - 6, y: top + (cell + 0.5) * row + 4, "font-size": 12, "text-anchor": "end" };
    svg.append(svgPart("text", { ...label, ...font }, cell ? String(cell) : "cell 0"));
  }
  data.symbols.forEach((symbol, position) => {
    const under = { x: left + (position + 0.5) * column, y: top + height + 16, "font-size": 12, "text-anchor": "middle" };
    svg.append(svgPart("text", { ...under, ...font, "font-family": "monospace" }, symbol));
  });
  return new XMLSerializer().serializeToString(svg);
}
