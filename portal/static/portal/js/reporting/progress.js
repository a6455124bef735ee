// The physical progress out of weighted nodes, as geodata/progress/schedule.py has it. Pure.

/** The weighted sum of the nodes, as the server has it: shown at once, confirmed by its answer. */
export function progressOf(nodes) {
  if (nodes.every(([, text]) => text.trim() === "")) return null;
  let total = 0;
  for (const [weight, text] of nodes) {
    const done = text.trim() === "" ? 0 : Number(text.replace(/[%\s]/g, ""));
    if (!Number.isFinite(done) || done < 0 || done > 100) return null;
    total += weight * done;
  }
  return Math.round(total) / 100;
}
