/* Small comforts of every page; each works without this script too. */

/* After a failed attempt the summary of errors is read out first. */
document.querySelector("[data-focus]")?.focus();

/* A second tap within a moment does not hand over twice. */
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.matches("[data-once]")) return;
  if (button.dataset.sent) {
    event.preventDefault();
    return;
  }
  button.dataset.sent = "1";
  window.setTimeout(() => delete button.dataset.sent, 2000);
});

/* A menu closes when one taps beside it or presses Escape. */
const menus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* On a phone the menu is wider than the screen: the page one is on stays in sight. */
document.querySelector(".appbar [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

/* What is shown once, to be copied: one tap selects all of it. */
document.querySelector("[data-copy]")?.addEventListener("focus", (event) => event.target.select());
