// The distribution as a picture of its own: the same bars as on the page, as an SVG to keep.
// Knows what the bars show and their measures; asks no one. Answers the event of pictures.js.

const PICTURE = { left: 56, right: 16, top: 44, bottom: 44, height: 360, column: 17, least: 640 };

/** Answer whoever asks for the dial's picture; returns a function that ends it. */
function answerForPicture(dial) {
  const answer = ({ detail }) => {
    if (detail.component === "dial" && dial.state) detail.answer = dialPicture(dial);
  };
  document.addEventListener("charlstm:picture", answer);
  return () => document.removeEventListener("charlstm:picture", answer);
}

function dialPicture({ root, chart, state, scale }) {
  const { left, right, top, bottom, height, column, least } = PICTURE;
  const width = Math.max(least, left + right + column * chart.order.length);
  const ink = window.getComputedStyle(root).color;
  const paper = window.getComputedStyle(root).getPropertyValue("--st-background-color");
  const svg = draw("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  svg.append(draw("rect", { width, height, fill: paper }));
  const font = { "font-family": "sans-serif", fill: ink };
  const heading = `Next symbol at T = ${temperatureFigure(state.temperature)}; outlined: T = 1`;
  svg.append(draw("text", { x: left, y: 24, "font-size": 16, ...font }, heading));
  const base = height - bottom;
  const room = base - top;
  const lines = scale === "log" ? [1, 0.001] : [chart.view.maximum, chart.view.maximum / 2];
  for (const p of lines) {
    const y = base - room * axisShare(p, chart.view);
    svg.append(draw("line", { x1: left, x2: width - right, y1: y, y2: y, stroke: ink, "stroke-opacity": 0.25 }));
    svg.append(draw("text", { x: left - 6, y: y + 4, "font-size": 12, "text-anchor": "end", ...font }, String(Number(p.toPrecision(2)))));
  }
  const step = (width - left - right) / chart.order.length;
  chart.order.forEach((index, place) => {
    const x = left + place * step + 1.5;
    const bar = (p) => ({ x, width: step - 3, height: room * axisShare(p, chart.view) });
    const [after, before] = [bar(state.after.shares[index]), bar(state.before.shares[index])];
    svg.append(draw("rect", { ...after, y: base - after.height, fill: chart.colour }));
    svg.append(draw("rect", { ...before, y: base - before.height, fill: "none", stroke: ink, "stroke-width": 1.2 }));
    const middle = x + (step - 3) / 2;
    const label = { x: middle, y: base + 18, "font-size": 13, "text-anchor": "middle", ...font, "font-family": "monospace" };
    const long = Array.from(state.labels[index]).length > 1;
    const turned = long ? { "font-size": 8, transform: `rotate(-90 ${middle} ${base + 18})` } : {};
    svg.append(draw("text", { ...label, ...turned }, state.labels[index]));
  });
  svg.append(draw("line", { x1: left, x2: width - right, y1: base, y2: base, stroke: ink }));
  return new XMLSerializer().serializeToString(svg);
}

function draw(tag, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}
