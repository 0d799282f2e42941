// Answer cards: a trembling second tap on the same card must not turn it on to "does not apply".
// Without this module the cards work as they are; autosave is htmx on the form itself.

const RESTS_MS = 350;

for (const form of document.querySelectorAll("[data-answers]")) {
  form.addEventListener("change", (event) => {
    const card = event.target.closest("[data-answer]");
    if (!card) return;
    card.dataset.resting = "";
    window.setTimeout(() => delete card.dataset.resting, RESTS_MS);
  });
}
