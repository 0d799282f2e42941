/* The lock page: a pad of digits beside the field, and a clock that goes on. */

const field = document.querySelector("[data-pin]");
const pad = document.querySelector("[data-keypad]");
const clock = document.querySelector("[data-clock]");

if (pad && field) pad.hidden = false;

/* Listens on the document: a page that draws the curtain over itself (idle.js) brings its own pad. */
document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-keypad] button[data-key]")?.dataset.key;
  const into = key && document.querySelector("[data-pin]");
  if (into) into.value = key === "delete" ? into.value.slice(0, -1) : into.value + key;
});

if (clock) {
  window.setInterval(() => {
    const now = new Date();
    clock.textContent = now.toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
    clock.dateTime = clock.textContent;
  }, 5000);
}
