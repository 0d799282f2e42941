// Keys for the inbox: j and k move, Enter opens, a accepts, c records a contact. Never in fields.
const inbox = document.querySelector("[data-inbox]");
const links = () => [...inbox.querySelectorAll("[data-row] a")].filter((link) => link.offsetParent);

function move(step) {
  const all = links();
  const here = all.indexOf(document.activeElement);
  const open = all.findIndex((link) => link.hasAttribute("aria-current"));
  const from = here >= 0 ? here : open;
  all[Math.min(Math.max(from + step, 0), all.length - 1)]?.focus();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  a: () => inbox.querySelector('[data-key="a"]')?.click(),
  c: () => inbox.querySelector('[data-key="c"]')?.click(),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

inbox.querySelector("[data-keys]")?.removeAttribute("hidden");
