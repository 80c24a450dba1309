// A distribution after each stage, ready to be shown: first the model's own, then after the
// temperature, then after each strategy.

import { byProbability, entropyBits, reweight, stagesOf } from "../../../browser/distribution.js";
import { MOST_BARS } from "../dial/dial.js";
import { shortFigure } from "../shared/dial_words.js";
import { probabilityWords } from "../shared/probability.js";

/**
 * { words, labels, said, stages: [{ title, facts, colour, states, shown }] }: the likeliest symbol
 * first; for words the likeliest MOST_BARS, then all others together. A state is "left", "cut" (by this
 * stage, and shown as before it) or "gone". `names` are those of the strategies, `colourAt(temperature)`.
 */
export function stagesShown({ model, logits, temperature, strategies, names, colourAt }) {
  const after = [reweight(logits, 1), ...stagesOf(reweight(logits, temperature), strategies)];
  const titles = ["model, T = 1", `T = ${shortFigure(temperature)}`, ...names];
  const ranked = byProbability(after[0]);
  const words = model.unit === "token" && ranked.length > MOST_BARS;
  const shown = words ? ranked.slice(0, MOST_BARS) : ranked;
  const labels = shown.map((symbol) => model.labels[symbol]);
  const spoken = shown.map((symbol) => model.names[symbol]);
  const groups = shown.map((symbol) => [symbol]);
  if (words) {
    groups.push(ranked.slice(MOST_BARS));
    labels.push(`all ${groups.at(-1).length.toLocaleString("en")} others`);
    spoken.push(labels.at(-1));
  }
  const masses = after.map((p) => groups.map((group) => group.reduce((sum, i) => sum + p[i], 0)));
  const stages = titles.map((title, stage) => {
    const states = masses[stage].map((mass, group) => {
      if (mass > 0) return "left";
      return stage > 1 && masses[stage - 1][group] > 0 ? "cut" : "gone";
    });
    return {
      title,
      facts: factsOf(after, stage),
      colour: colourAt(stage ? temperature : 1),
      states,
      shown: states.map((state, group) => masses[state === "cut" ? stage - 1 : stage][group]),
    };
  });
  const said = labels.map((label, group) => `“${label}” (${spoken[group]}): ${storyOf(stages, group)}`);
  return { words, labels, said, stages };
}

/** The figures of a stage as phrases. */
function factsOf(after, stage) {
  const left = after[stage].filter((p) => p > 0).length;
  const bits = entropyBits(after[stage]).toFixed(2);
  if (stage === 0) return [`${left} symbols`, `${bits} bits`];
  const before = after[stage - 1];
  const change = `${entropyBits(before).toFixed(2)} → ${bits} bits`;
  if (stage === 1) return [change];
  const cut = before.filter((p, symbol) => p > 0 && after[stage][symbol] === 0);
  const mass = probabilityWords(cut.reduce((sum, p) => sum + p, 0));
  return [cut.length ? `cuts ${cut.length}, ${mass}` : "cuts nothing", `leaves ${left}`, change];
}

/** A symbol's probability after every stage, until one cuts it. */
function storyOf(stages, group) {
  const end = stages.findIndex(({ states }) => states[group] === "cut");
  return stages
    .slice(0, end < 0 ? stages.length : end + 1)
    .map(({ title, shown }, stage) => {
      if (stage === end) return `cut by ${title}`;
      return `${probabilityWords(shown[group])} ${stage ? `after ${title}` : "in the model"}`;
    })
    .join(", ");
}
