// From logits to a distribution at a temperature, and its numbers.
// This is the one permitted second implementation of charlstm.sampling.reweight.reweight.

/** Index of the largest logit; of equals the first in vocabulary order. */
function largest(logits) {
  let index = 0;
  for (let i = 1; i < logits.length; i += 1) if (logits[i] > logits[index]) index = i;
  return index;
}

/**
 * softmax(logits / temperature) with the maximum subtracted, so that nothing overflows.
 * At temperature 0: everything on the largest logit, exactly.
 * Returns the probabilities and, for the formula, the sum Σ exp((z − max z) / T).
 */
function reweight(logits, temperature) {
  const top = largest(logits);
  const probabilities = new Float64Array(logits.length);
  if (temperature === 0) {
    probabilities[top] = 1;
    return { probabilities, sum: 1 };
  }
  let sum = 0;
  for (let i = 0; i < logits.length; i += 1) {
    probabilities[i] = Math.exp((logits[i] - logits[top]) / temperature);
    sum += probabilities[i];
  }
  for (let i = 0; i < logits.length; i += 1) probabilities[i] /= sum;
  return { probabilities, sum };
}

/**
 * The probabilities, and after them that of all symbols beyond the likeliest `most` together: summed
 * over these symbols, not taken from 1. Where every symbol is shown the probabilities themselves.
 */
function withRest(probabilities, { ranked, most, rest }) {
  if (rest === null) return probabilities;
  let others = 0;
  for (let i = ranked.length - 1; i >= most; i -= 1) others += probabilities[ranked[i]];
  const fractions = new Float64Array(rest + 1);
  fractions.set(probabilities);
  fractions[rest] = others;
  return fractions;
}

/** Entropy in bits; 0 · log 0 counts as 0. */
function entropyBits(probabilities) {
  let bits = 0;
  for (const p of probabilities) if (p > 0) bits -= p * Math.log2(p);
  return Math.max(bits, 0);
}

/** Vocabulary indices, largest logit first; equals stay in vocabulary order. */
function byProbability(logits) {
  return Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
}
