// Marks the section that is being read in [data-section-nav]; the anchors themselves work without this.

/** The last section whose head has passed the upper third of the window. */
function current(sections) {
  const line = window.innerHeight / 3;
  const passed = sections.filter((section) => section.getBoundingClientRect().top <= line);
  const atEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
  return atEnd ? sections.at(-1) : (passed.at(-1) ?? sections[0]);
}

function mark(nav, links, section) {
  for (const link of links) {
    if (link.hash === `#${section.id}`) {
      if (link.hasAttribute("aria-current")) return;
      link.setAttribute("aria-current", "true");
      const left = link.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2;
      nav.scrollTo({ left, behavior: "instant" });
    } else {
      link.removeAttribute("aria-current");
    }
  }
}

/** The head of the page grows when its words wrap; the nav stays right below it. */
function stayBelowHead() {
  const head = document.querySelector(".head");
  const tell = () => document.documentElement.style.setProperty("--head-now", `${head.offsetHeight}px`);
  if (head) new ResizeObserver(tell).observe(head);
}

export function followSections() {
  const nav = document.querySelector("[data-section-nav]");
  if (!nav) return;
  const links = [...nav.querySelectorAll("a")];
  const sections = links.map((link) => document.querySelector(link.hash)).filter(Boolean);
  if (!sections.length) return;
  stayBelowHead();
  let waiting = false;
  const follow = () => {
    waiting = false;
    mark(nav, links, current(sections));
  };
  window.addEventListener(
    "scroll",
    () => {
      if (!waiting) window.requestAnimationFrame(follow);
      waiting = true;
    },
    { passive: true },
  );
  follow();
}
