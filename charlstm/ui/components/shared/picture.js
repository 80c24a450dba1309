// Pictures as files: answers the event by which pictures.js asks a component for an SVG, and turns a
// drawing on the page into an SVG that needs no style sheet.

const STYLES = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linejoin",
  "font-family", "font-size", "font-weight", "text-anchor", "opacity",
];
const FRAME = { side: 10, top: 34, bottom: 8 }; // px around a drawing; its heading is above it

/** Answer requests for pictures; makers: { name: () => SVG as text }. Returns a function that stops it. */
export function answerForPictures(makers) {
  const answer = ({ detail }) => {
    if (detail.component in makers) detail.answer = makers[detail.component]();
  };
  document.addEventListener("charlstm:picture", answer);
  return () => document.removeEventListener("charlstm:picture", answer);
}

export function svgPart(tag, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/** An empty sheet in the page's colour: { svg, ink, font }, sizes in px. */
export function sheet(root, width, height) {
  const style = window.getComputedStyle(root);
  const ink = plainColour(style.color);
  const svg = svgPart("svg", { width, height, viewBox: `0 0 ${width} ${height}` });
  svg.append(svgPart("rect", { width, height, fill: plainColour(style.getPropertyValue("--st-background-color")) }));
  return { svg, ink, font: { "font-family": "sans-serif", fill: ink } };
}

/** A drawing of the page as a file: every element has its own style. */
export function svgPicture(drawing, heading) {
  const box = drawing.getBoundingClientRect();
  const [width, height] = [Math.round(box.width), Math.round(box.height)];
  const { svg, font } = sheet(drawing, width + 2 * FRAME.side, height + FRAME.top + FRAME.bottom);
  const copy = drawing.cloneNode(true);
  const [olds, news] = [drawing, copy].map((each) => Array.from(each.querySelectorAll("*")));
  olds.forEach((old, position) => {
    const style = window.getComputedStyle(old);
    news[position].removeAttribute("style");
    for (const name of STYLES) news[position].setAttribute(name, plainColour(style.getPropertyValue(name)));
    if (style.display === "none" && old.tagName !== "defs" && !old.closest("defs")) news[position].remove();
  });
  for (const [name, value] of Object.entries({ x: FRAME.side, y: FRAME.top, width, height })) copy.setAttribute(name, value);
  svg.append(svgPart("text", { x: FRAME.side, y: 22, "font-size": 16, ...font }, heading), copy);
  return new XMLSerializer().serializeToString(svg);
}

/** A colour in a form that every program reads; browsers also use "color(srgb 0.9 0.9 0.9)". */
function plainColour(value) {
  if (!/^color[(-]/.test(value)) return value.trim();
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  context.fillStyle = value;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${(alpha / 255).toFixed(3)})`;
}
