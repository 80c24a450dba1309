// A checkpoint in words: its losses, what its text shares with the previous one, and the words for a
// screen reader.

export function nats(value, otherwise) {
  return value === null ? otherwise : `${value.toFixed(3)} nats`;
}

export function bits(value) {
  return value === null ? "" : `(${(value / Math.LN2).toFixed(3)} bits)`;
}

/** How many characters two texts have in common from their start. */
export function sharedStart(one, other) {
  const [a, b] = [Array.from(one), Array.from(other)];
  const differs = a.findIndex((character, position) => character !== b[position]);
  return differs < 0 ? a.length : differs;
}

export function sharedWords(shared, length) {
  if (shared === length) return "The same text as at the previous checkpoint.";
  if (shared === 0) return "Differs from the previous checkpoint's text from the first character on.";
  return `The same as at the previous checkpoint for ${shared} of ${length} characters, up to the mark.`;
}

export function spokenMoment({ time, step, epoch, loss, heldOut, failure }) {
  const parts = [`step ${step}`];
  if (epoch !== null) parts.push(`epoch ${epoch.toFixed(2)}`, `${time} of training`);
  parts.push(loss === null ? "no training loss" : `training loss ${loss.toFixed(3)} nats`);
  if (heldOut !== null) parts.push(`held out ${heldOut.toFixed(3)} nats`);
  return (failure ? [...parts, "it cannot write"] : parts).join(", ");
}
