// Written text in pieces: segments of plain text, invented words, and marked characters.
// Makes no elements.

const INVENTED = "invented: in neither the corpus nor an English word list";

/** Cut a length at every mark and invented word: [{ start, end, title, isInvented }]. */
export function cut(length, marks, invented) {
  const titles = new Map(marks.map(({ position, title }) => [position, title]));
  const ends = [0, length, ...invented.flat()];
  for (const { position } of marks) ends.push(position, position + 1);
  const edges = [...new Set(ends)].filter((edge) => edge <= length).sort((a, b) => a - b);
  if (edges.length === 1) return [{ start: 0, end: 0 }];
  return edges.slice(1).map((end, index) => {
    const start = edges[index];
    const isInvented = invented.some(([from, to]) => from <= start && start < to);
    return { start, end, title: titles.get(start), isInvented };
  });
}

/** The tooltip of a piece, or "". */
export function saidOfPiece({ title, isInvented }) {
  return [title, isInvented ? INVENTED : ""].filter(Boolean).join("; ");
}
