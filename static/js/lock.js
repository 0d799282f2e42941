/* The lock page: a pad of digits beside the field, and a clock that goes on. */

const field = document.querySelector("[data-pin]");
const pad = document.querySelector("[data-keypad]");
const clock = document.querySelector("[data-clock]");

if (pad && field) {
  pad.hidden = false;
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("button[data-key]");
    if (!key) return;
    field.value = key.dataset.key === "delete" ? field.value.slice(0, -1) : field.value + key.dataset.key;
  });
}

if (clock) {
  window.setInterval(() => {
    const now = new Date();
    clock.textContent = now.toLocaleTimeString("de-DE", { hour: "2-digit", minute: "2-digit" });
    clock.dateTime = clock.textContent;
  }, 5000);
}
