// Where texts that were drawn with the same random numbers begin to differ.

/** The first difference between each writing and the next, up to a length: [{ left, position }]. */
export function forksOf(writings, length) {
  const forks = [];
  for (let left = 0; left + 1 < writings.length; left += 1) {
    const [one, other] = [writings[left].steps, writings[left + 1].steps];
    const end = Math.min(one.length, other.length, length);
    for (let position = 0; position < end; position += 1) {
      if (one[position].symbol === other[position].symbol) continue;
      forks.push({ left, position });
      break;
    }
  }
  return forks;
}
