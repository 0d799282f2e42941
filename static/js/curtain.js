/* The privacy screen: what is on the page is gone from it before the server has answered.
   Without this script the same buttons submit the same form; only the page stays until the answer is there. */

const form = document.getElementById("curtain");

function draw() {
  const page = new FormData(form);
  const shut = document.createElement("form");
  shut.method = "post";
  shut.action = form.action;
  for (const [name, value] of page) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    shut.append(input);
  }
  document.title = "lotsen";
  document.body.replaceChildren(shut);
  shut.submit();
}

if (form) {
  document.addEventListener("submit", (event) => {
    if (event.target === form) {
      event.preventDefault();
      draw();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.shiftKey && event.code === "KeyL") {
      event.preventDefault();
      draw();
    }
  });
}

/* A page kept by the browser for "back" is asked for again: it may be locked by now. */
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    document.body.replaceChildren();
    window.location.reload();
  }
});
