// The form that uploads files: shows what was chosen, takes files that are dropped on it, and keeps from sending twice.
// Without this module it is a plain form. Reads: [data-upload] with [data-drop], [data-files], [data-chosen].

const MB = 1024 * 1024;

function sizeText(bytes) {
  return bytes >= MB ? `${(bytes / MB).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

/** One line a file, so that nobody sends another than he means. */
function list(target, files) {
  target.replaceChildren(...[...files].map((file) => {
    const line = document.createElement("li");
    const size = document.createElement("small");
    size.textContent = sizeText(file.size);
    line.append(file.name, " ", size);
    return line;
  }));
}

function prepare(form) {
  const box = form.querySelector("[data-drop]");
  const input = form.querySelector("[data-files]");
  const chosen = form.querySelector("[data-chosen]");
  input.addEventListener("change", () => list(chosen, input.files));
  for (const event of ["dragenter", "dragover"]) {
    box.addEventListener(event, (drag) => {
      drag.preventDefault();
      box.classList.add("is-over");
    });
  }
  box.addEventListener("dragleave", () => box.classList.remove("is-over"));
  box.addEventListener("drop", (drop) => {
    drop.preventDefault();
    box.classList.remove("is-over");
    if (!drop.dataTransfer.files.length) return;
    input.files = drop.dataTransfer.files;
    list(chosen, input.files);
  });
  form.addEventListener("submit", () => {
    form.querySelector("button[type=submit]").disabled = true;
  });
  window.addEventListener("pageshow", () => { // back from the next page
    form.querySelector("button[type=submit]").disabled = false;
    list(chosen, input.files);
  });
}

for (const form of document.querySelectorAll("[data-upload]")) prepare(form);
