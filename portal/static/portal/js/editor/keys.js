// Shortcuts of the editor. Letters work while nothing is being typed and no dialog is open.

const LETTERS = { p: "point", l: "line", a: "polygon", h: "hole", x: "cut", s: "split", e: "vertices", g: "move", r: "measure" };
const ACTS = { m: "merge", f: "fit", "?": "help" };

/** What a key stroke means: {tool} or {act}, null for nothing of ours. Pure. */
export function meaning({ key, ctrlKey, metaKey, shiftKey, altKey }, isTyping) {
  const letter = key.toLowerCase();
  if ((ctrlKey || metaKey) && !altKey) {
    if (letter === "s") return { act: "draft" };
    if (isTyping) return null; // a field has an undo of its own
    if (letter === "z") return { act: shiftKey ? "redo" : "undo" };
    return letter === "y" ? { act: "redo" } : null;
  }
  if (isTyping || altKey) return null;
  if (key === "Escape") return { act: "cancel" };
  if (key === "Delete" || key === "Backspace") return { act: "remove" };
  if (ACTS[letter]) return { act: ACTS[letter] };
  return LETTERS[letter] ? { tool: LETTERS[letter] } : null;
}

export function listen(on) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const typing = event.target.matches?.("input, textarea, select, [contenteditable]");
    const meant = meaning(event, Boolean(typing));
    if (!meant) return;
    event.preventDefault();
    on(meant);
  });
}
