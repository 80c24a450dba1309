// The charts of a page as SVG and PNG files, made in the browser from the charts shown.
// Our own components are asked for their pictures by an event.

const ASK = "charlstm:picture"; // the event's detail.answer is where a component puts its SVG
const PNG_SCALE = 2;

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".pictures");
  const key = JSON.stringify(data.charts);
  if (root.dataset.charts === key) return;
  root.dataset.charts = key;
  root.querySelector(".rows").replaceChildren(...data.charts.map((chart) => createRow(root, chart)));
}

function createRow(root, chart) {
  const row = make("div", "row");
  row.style.marginBottom = "8px";
  row.append(make("span", "name", chart.name));
  for (const kind of ["SVG", "PNG"]) {
    const button = make("button", kind.toLowerCase(), kind);
    button.type = "button";
    button.setAttribute("aria-label", `${chart.name} as ${kind}`);
    button.addEventListener("click", () => save(root, chart, kind));
    row.append(button);
  }
  return row;
}

function make(tag, name, text = "") {
  const element = document.createElement(tag);
  element.className = name;
  element.textContent = text;
  return element;
}

async function save(root, chart, kind) {
  const said = root.querySelector(".said");
  const svg = chart.component ? askFor(chart.component) : vegaPicture(chart.position, root);
  if (!svg) {
    said.textContent = "This chart is not on the page yet.";
    return;
  }
  const drawn = new Blob([svg], { type: "image/svg+xml" });
  const file = kind === "SVG" ? drawn : await asPng(drawn);
  offer(file, `${chart.file}.${kind.toLowerCase()}`);
  said.textContent = `${chart.name}: saved as ${kind}.`;
}

function askFor(component) {
  const detail = { component, answer: null };
  document.dispatchEvent(new CustomEvent(ASK, { detail }));
  return detail.answer;
}

/** The chart as shown on the page, on the page's own background colour. */
function vegaPicture(position, root) {
  const drawn = document.querySelectorAll('[data-testid="stVegaLiteChart"] svg.marks')[position];
  if (!drawn) return null;
  const copy = drawn.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  paper.setAttribute("width", "100%");
  paper.setAttribute("height", "100%");
  paper.setAttribute("fill", window.getComputedStyle(root).getPropertyValue("--st-background-color"));
  copy.prepend(paper);
  return new XMLSerializer().serializeToString(copy);
}

async function asPng(drawn) {
  const address = URL.createObjectURL(drawn);
  const image = new Image();
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * PNG_SCALE;
  canvas.height = image.naturalHeight * PNG_SCALE;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}

function offer(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
