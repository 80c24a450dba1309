// Written text in pieces: stretches of plain text, invented words, and marked characters.
// Knows places and what is said of each; makes no elements.

const INVENTED = "invented: in neither the corpus nor an English word list";

/** Cut a length at every mark and invented word: [{ start, end, title, isInvented }]. */
function cut(length, marks, invented) {
  const titles = new Map(marks.map(({ position, title }) => [position, title]));
  const edges = [0, length, ...invented.flat()];
  for (const { position } of marks) edges.push(position, position + 1);
  const places = [...new Set(edges)].filter((edge) => edge <= length).sort((a, b) => a - b);
  if (places.length === 1) return [{ start: 0, end: 0 }];
  return places.slice(1).map((end, index) => {
    const start = places[index];
    const isInvented = invented.some(([from, to]) => from <= start && start < to);
    return { start, end, title: titles.get(start), isInvented };
  });
}

/** What a pointer on a piece says, or "". */
function saidOfPiece({ title, isInvented }) {
  return [title, isInvented ? INVENTED : ""].filter(Boolean).join("; ");
}
