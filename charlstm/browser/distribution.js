// From logits to a distribution, and from a distribution to one symbol. All of it in float64.

/** Index of the largest value; the first of equal ones. */
export function largest(values) {
  let index = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i] > values[index]) index = i;
  return index;
}

/**
 * softmax(logits / temperature), the maximum subtracted so that nothing overflows. At 0 all of the
 * probability is on the largest logit. A logit of -Infinity leaves its symbol out.
 */
export function reweight(logits, temperature) {
  const probabilities = new Float64Array(logits.length);
  const top = largest(logits);
  if (temperature === 0) {
    probabilities[top] = 1;
    return probabilities;
  }
  let sum = 0;
  for (let i = 0; i < logits.length; i += 1) {
    probabilities[i] = Math.exp((logits[i] - logits[top]) / temperature);
    sum += probabilities[i];
  }
  for (let i = 0; i < logits.length; i += 1) probabilities[i] /= sum;
  return probabilities;
}

/**
 * The index at which the cumulative distribution first exceeds the uniform (inverse transform
 * sampling, Devroye 1986, chapter III.2). A symbol of probability 0 is never drawn.
 */
export function draw(probabilities, uniform) {
  let total = 0;
  for (const p of probabilities) total += p;
  let cumulative = 0;
  // Rounding can leave the sum slightly below 1: the uniform is scaled to the sum.
  for (let i = 0; i < probabilities.length; i += 1) {
    cumulative += probabilities[i];
    if (cumulative > uniform * total) return i;
  }
  return 0;
}

/** Strategies: which symbols may be drawn. Each returns the symbols that it keeps. */
const KEPT = {
  /** The likeliest symbol. */
  greedy: (p) => firstOf(byProbability(p), 1),

  /** The k likeliest (Fan, Lewis & Dauphin 2018). */
  "top-k": (p, k) => firstOf(byProbability(p), k),

  /** The smallest set of likeliest symbols that has the mass (Holtzman et al. 2020). */
  "top-p": (p, mass) => untilMass(p, byProbability(p), mass),

  /** Symbols at least a fraction as probable as the likeliest (Nguyen et al. 2024). */
  "min-p": (p, fraction) => {
    const least = fraction * p[largest(p)];
    return (index) => p[index] >= least;
  },

  /** The mass of symbols whose surprise is closest to the entropy (Meister et al. 2023). */
  typical: (p, mass) => {
    const surprise = p.map((each) => -Math.log(each));
    const entropy = p.reduce((sum, each, i) => (each > 0 ? sum + each * surprise[i] : sum), 0);
    const distance = surprise.map((each) => Math.abs(each - entropy));
    return untilMass(p, inOrder(p, (a, b) => distance[a] - distance[b]), mass);
  },
};

/** A distribution after the strategies [[name, number], …], each acting on the result of the previous. */
export function strategyApplied(probabilities, strategies) {
  return stagesOf(probabilities, strategies).at(-1);
}

/** A distribution, followed by the result of each strategy in turn. */
export function stagesOf(probabilities, strategies) {
  const stages = [probabilities];
  for (const [name, number] of strategies) {
    const left = stages.at(-1);
    stages.push(renormalized(left, KEPT[name](left, number)));
  }
  return stages;
}

/** A row in which nothing is cut is returned unchanged, to the last bit. */
function renormalized(probabilities, keeps) {
  const left = probabilities.map((p, index) => (keeps(index) ? p : 0));
  if (left.every((p, index) => p === probabilities[index])) return probabilities;
  const sum = left.reduce((total, p) => total + p, 0);
  return left.map((p) => p / sum);
}

function inOrder(values, compare) {
  return Array.from(values.keys()).sort((a, b) => compare(a, b) || a - b);
}

/** Indices, the likeliest first; among equals the first in vocabulary order. */
export function byProbability(probabilities) {
  return inOrder(probabilities, (a, b) => probabilities[b] - probabilities[a]);
}

function firstOf(order, count) {
  const kept = new Set(order.slice(0, count));
  return (index) => kept.has(index);
}

/** As many indices of an order as are needed for the mass; all if it is 1. */
function untilMass(probabilities, order, mass) {
  if (mass >= 1) return () => true;
  let total = 0;
  for (const index of order) total += probabilities[index];
  // 0.7 + 0.2 is slightly below 0.9; no further symbol is kept for that.
  const wanted = mass * (1 - 1e-12) * total;
  const kept = new Set();
  let reached = 0;
  for (const index of order) {
    if (kept.size && reached >= wanted) break;
    kept.add(index);
    reached += probabilities[index];
  }
  return (index) => kept.has(index);
}

/** Entropy in bits; 0 · log 0 counts as 0. */
export function entropyBits(probabilities) {
  let bits = 0;
  for (const p of probabilities) if (p > 0) bits -= p * Math.log2(p);
  return Math.max(bits, 0);
}
