// On a narrow screen the filters start closed, so that what was found is in sight.
const narrow = matchMedia("(max-width: 60rem)");
for (const details of document.querySelectorAll("[data-narrow-closed]")) {
  details.open = !narrow.matches || details.querySelector("[aria-invalid=true]") !== null;
}
