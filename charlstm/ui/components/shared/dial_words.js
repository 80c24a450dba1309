// The numbers in words: the sentence, the formula and the readout; probability.js writes probabilities.

import { powerOfTen, probabilityWords } from "./probability.js";

/** A term of the formula: "0.5120"; below 0.0001 "3.2 × 10⁻⁷"; an exact zero is "0". */
function figure(value) {
  if (value === 0 || value >= 0.0001) return value === 0 ? "0" : value.toFixed(4);
  return powerOfTen(value);
}

/** "0.50"; a temperature typed with more digits keeps up to four of them. */
export function temperatureFigure(temperature) {
  const short = temperature.toFixed(2);
  return Math.abs(Number(short) - temperature) < 1e-9 ? short : String(Number(temperature.toPrecision(4)));
}

/** "4.213", "−1.5 × 10⁷": a logit or a logit divided by T, with a true minus sign. */
function logitFigure(value) {
  if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
  if (Math.abs(value) >= 1e6) return powerOfTen(value);
  return value.toFixed(Math.abs(value) < 100 ? 3 : 1).replace("-", "−");
}

/** "16", "1.5": how many equally likely symbols would be just as uncertain. */
function choicesFigure(entropy) {
  const choices = 2 ** entropy;
  return Number(choices.toFixed(choices < 9.95 ? 1 : 0)).toLocaleString("en");
}

function surpriseFigure(probability) {
  return probability > 0 ? Math.abs(Math.log2(probability)).toFixed(2) : "∞";
}

/** Put text into every element of the root with data-text="name". */
export function fillTexts(texts, values) {
  for (const [name, value] of Object.entries(values)) {
    for (const element of texts.get(name) ?? []) {
      if (element.textContent !== value) element.textContent = value;
    }
  }
}

/** Elements by their data-text name, looked up once. */
export function findTexts(root) {
  const texts = new Map();
  for (const element of root.querySelectorAll("[data-text]")) {
    const name = element.dataset.text;
    texts.set(name, [...(texts.get(name) ?? []), element]);
  }
  return texts;
}

/** The live sentence: entropy, equal choices, likeliest symbol. */
export function sentenceValues({ before, after, top, labels, unit }) {
  const [old, now] = [before, after].map(({ entropy }) => choicesFigure(entropy));
  return {
    "entropy-before": before.entropy.toFixed(2),
    "entropy-after": after.entropy.toFixed(2),
    "choices-after": `${now} ${unit}${now === "1" ? "" : "s"}`,
    "choices-before": old === now ? "" : ` instead of ${old}`,
    "likeliest": labels[top],
    "likeliest-probability": probabilityWords(after.probabilities[top]),
  };
}

/** The formula's numbers for one symbol, the maximum subtracted. */
export function formulaValues({ logits, temperature, reweighted, top, labels }, index) {
  const z = logits[index];
  const largestLogit = logitFigure(logits[top]);
  // At T = 0 words replace the formula; 0 / 0 must not reach the page.
  const weight = temperature === 0 ? 0 : Math.exp((z - logits[top]) / temperature);
  return {
    "symbol": labels[index],
    "top-symbol": labels[top],
    "logit": logitFigure(z),
    "logit-over-t": logitFigure(z / temperature),
    "largest-logit": largestLogit,
    "subtracted": largestLogit.startsWith("−") ? `(${largestLogit})` : largestLogit,
    "formula-temperature": temperatureFigure(temperature),
    "weight": figure(weight),
    "sum": figure(1 / reweighted[top]), // the largest term is exp(0)
    "result": probabilityWords(reweighted[index]),
  };
}

/** The readout of one symbol: exact probabilities before and after, and its bits. */
export function readoutValues({ temperature, before, after, labels, names, rest }, index) {
  return {
    "readout-symbol": index === rest ? names[index] : labels[index],
    "readout-before": probabilityWords(before.fractions[index]),
    "readout-after": probabilityWords(after.fractions[index]),
    "readout-temperature": temperatureFigure(temperature),
    "readout-bits": surpriseFigure(after.fractions[index]),
  };
}

/** What a screen reader says on one bar. */
export function spokenBar({ temperature, before, after, names }, index) {
  const old = probabilityWords(before.fractions[index]);
  const now = probabilityWords(after.fractions[index]);
  return `${names[index]}: ${old} at T = 1, ${now} at T = ${temperatureFigure(temperature)}`;
}

/** "0.5", "1", "1.25": as Python's "g" writes it, at most six digits. */
export function shortFigure(value) {
  return String(Number(value.toPrecision(6)));
}
