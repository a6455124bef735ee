// How far the place of the clicked project is to be trusted: asked for when the card opens, for staff alone.

export async function showTrust(card, address) {
  const found = await badge(address);
  const line = card.querySelector("[data-trust]");
  if (!line || !found?.level) return; // without a shape, or without an answer: the card says all the rest
  const mark = line.querySelector(".trust");
  mark.classList.add(`trust-${found.level}`);
  mark.querySelector("path").setAttribute("d", found.sign);
  line.querySelector("[data-trust-label]").textContent = found.label;
  line.querySelector("[data-trust-facts]").textContent = found.doubt || found.facts;
  line.classList.toggle("is-doubtful", Boolean(found.doubt));
  line.hidden = false;
}

async function badge(address) {
  try {
    const answer = await fetch(address, { headers: { accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}
