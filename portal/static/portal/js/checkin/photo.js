// The photo that will be sent, small on a canvas: the policy allows no picture from a blob address.

const SIDE = 640;

export function showPhoto(form) {
  const input = form.querySelector("[data-photo]");
  const preview = form.querySelector("[data-preview]");
  const words = form.querySelector("[data-photo-words]");
  const first = words.textContent;

  const clear = () => {
    input.value = "";
    preview.hidden = true;
    words.textContent = first;
  };

  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return clear();
    words.textContent = words.dataset.other;
    preview.hidden = false;
    await draw(file, preview.querySelector("[data-canvas]"));
  });
  form.querySelector("[data-photo-off]").addEventListener("click", clear);
}

/** A file that is no picture leaves the canvas empty; the server says what is wrong with it. */
async function draw(file, canvas) {
  canvas.hidden = true;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    canvas.hidden = false;
  } catch {
    canvas.hidden = true;
  }
}
