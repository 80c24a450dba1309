// The bars of bars.js, as they are on the page, as an SVG file.

import { axisFraction, axisMiddle } from "./bars.js";
import { sheet, svgPart } from "./picture.js";
import { probabilityWords } from "./probability.js";

const PICTURE = { left: 56, right: 16, top: 44, bottom: 44, height: 360, column: 17, least: 640 };

/** chart: from createChart, drawn. */
export function barsPicture(chart, { labels, heading }) {
  const { left, right, top, bottom, height, column, least } = PICTURE;
  const { view, order } = chart;
  const width = Math.max(least, left + right + column * order.length);
  const { svg, ink, font } = sheet(chart.root, width, height);
  svg.append(svgPart("text", { x: left, y: 24, "font-size": 16, ...font }, heading));
  const base = height - bottom;
  const room = base - top;
  for (const p of [1, axisMiddle(view.scale)]) {
    const y = base - room * axisFraction(p, view.scale);
    svg.append(svgPart("line", { x1: left, x2: width - right, y1: y, y2: y, stroke: ink, "stroke-opacity": 0.25 }));
    svg.append(svgPart("text", { x: left - 6, y: y + 4, "font-size": 12, "text-anchor": "end", ...font }, probabilityWords(p)));
  }
  const step = (width - left - right) / order.length;
  order.forEach((index, position) => {
    const x = left + position * step + 1.5;
    const bar = (p) => ({ x, width: step - 3, height: room * axisFraction(p, view.scale) });
    const [after, before] = [bar(view.after[index]), bar(view.before[index])];
    svg.append(svgPart("rect", { ...after, y: base - after.height, fill: chart.colour }));
    if (view.before !== view.after) {
      svg.append(svgPart("rect", { ...before, y: base - before.height, fill: "none", stroke: ink, "stroke-width": 1.2 }));
    }
    const middle = x + (step - 3) / 2;
    const label = { x: middle, y: base + 18, "font-size": 13, "text-anchor": "middle", ...font, "font-family": "monospace" };
    const long = Array.from(labels[index]).length > 1;
    const turned = long ? { "font-size": 8, transform: `rotate(-90 ${middle} ${base + 18})` } : {};
    svg.append(svgPart("text", { ...label, ...turned }, labels[index]));
  });
  svg.append(svgPart("line", { x1: left, x2: width - right, y1: base, y2: base, stroke: ink }));
  return new XMLSerializer().serializeToString(svg);
}
