// Opens the photos of the page large, in a dialog, with steps to the next; without this the links open the files.

export function openPhotos() {
  const dialog = document.querySelector("[data-photo-dialog]");
  const links = [...document.querySelectorAll("[data-photo]")];
  if (!dialog || !links.length) return;
  const picture = dialog.querySelector("[data-photo-picture]");
  const steps = [...dialog.querySelectorAll("[data-photo-step]")];
  let shown = 0;

  const show = (place) => {
    shown = Math.max(0, Math.min(links.length - 1, place));
    const link = links[shown];
    const small = link.querySelector("img");
    picture.src = link.href;
    picture.alt = small.alt;
    picture.width = Number(small.getAttribute("width"));
    picture.height = Number(small.getAttribute("height"));
    dialog.querySelector("[data-photo-caption]").textContent =
      link.closest("figure").querySelector("figcaption > b")?.textContent ?? "";
    dialog.querySelector("[data-photo-facts]").textContent = link.dataset.photo;
    for (const button of steps) {
      const target = shown + Number(button.dataset.photoStep);
      button.disabled = target < 0 || target >= links.length;
    }
  };

  links.forEach((link, place) => {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(place);
      dialog.showModal();
    });
  });
  for (const button of steps) {
    button.hidden = links.length === 1;
    button.addEventListener("click", () => show(shown + Number(button.dataset.photoStep)));
  }
  dialog.querySelector("[data-photo-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(shown - 1);
    if (event.key === "ArrowRight") show(shown + 1);
  });
  dialog.addEventListener("close", () => {
    picture.removeAttribute("src");
    links[shown].focus();
  });
}

/** A photo from a phone takes its time: one click sends it once. */
export function sendOnce() {
  const form = document.querySelector("[data-photo-form]");
  form?.addEventListener("submit", () => {
    const button = form.querySelector("[type=submit]");
    button.setAttribute("aria-busy", "true");
    window.setTimeout(() => {
      button.disabled = true;
    });
  });
}
