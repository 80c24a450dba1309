// Turns of the dial in a text: [[position, temperature], …], by position. The first is at 0.

const MOST = 250; // so many fit into an address

/** The temperature at a position: that of the last turn up to there. */
export function temperatureAt(turns) {
  return (position) => turns.findLast(([from]) => from <= position)[1];
}

/** The turns after another turn of the dial at a position. */
export function turnsAfter(turns, position, temperature) {
  const kept = position ? turns.filter(([from]) => from < position).slice(0, MOST - 1) : [];
  return [...kept, [position, temperature]];
}

/** The turns of an address: its temperature is the last one, `word` such as "0:0.5,120:1.2". */
export function turnsFrom(temperature, word) {
  const turns = word ? word.split(",").map((each) => each.split(":").map(Number)) : [];
  turns.sort(([one], [other]) => one - other);
  return turns[0]?.[0] === 0 ? turns : [[0, temperature], ...turns];
}

/** The word for the turns, or null if the text has one temperature. */
export function wordOfTurns(turns) {
  return turns.length > 1 ? turns.map((turn) => turn.join(":")).join(",") : null;
}
