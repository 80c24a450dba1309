// Turns of the dial in a text: [[position, temperature], …], by position. The first is at 0.

const MOST = 60; // turns in an address

/** The temperature at a position: that of the last turn up to there. */
export function temperatureAt(turns) {
  return (position) => turns.findLast(([from]) => from <= position)[1];
}

/** The turns after another turn of the dial at a position. */
export function turnsAfter(turns, position, temperature) {
  const kept = position ? turns.filter(([from]) => from < position) : [];
  return [...kept, [position, temperature]];
}

/** The turns of an address: its temperature is the last one, `word` such as "0:0.5,120:1.2". */
export function turnsFrom(temperature, word) {
  if (!word) return [[0, temperature]];
  return word.split(",").map((each) => each.split(":").map(Number));
}

/** The word for the turns, or null if the text has one temperature. */
export function wordOfTurns(turns) {
  const shown = turns.length > MOST ? turns.slice(-MOST) : turns;
  return shown.length > 1 ? shown.map((turn) => turn.join(":")).join(",") : null;
}
