/* Nobody here for a while: the page draws the curtain over itself, and what was typed stays.
   The server decides by itself whether a session is locked; this only keeps the screen from showing
   what nobody is looking at. While somebody types without sending, the server is told. Without this
   script the next request leads to the lock page. The pad of digits is lock.js. */

const curtain = document.getElementById("curtain");
const idle = Number(curtain?.dataset.idle) * 1000; // milliseconds
const TELL_EVERY = 60_000;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("lotsen") : null;
let last = Date.now();
let told = last;
let kept = null; // what the page showed, while the curtain is drawn

function send(address, fields = {}) {
  const body = new URLSearchParams(new FormData(curtain));
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  return fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } });
}

function somebody() {
  if (kept) return;
  const now = Date.now();
  if (now - last >= idle) {
    draw();
    return;
  }
  last = now;
  if (now - told < TELL_EVERY) return;
  told = now;
  tabs?.postMessage(now);
  send(curtain.dataset.present).then((answer) => answer.headers.get("HX-Redirect") && draw()).catch(() => {});
}

async function draw() {
  if (kept) return;
  kept = { title: document.title, nodes: [...document.body.childNodes], focus: document.activeElement };
  document.title = "lotsen";
  document.body.replaceChildren();
  try {
    await show(await send(curtain.action));
  } catch {
    retry();
  }
}

/* No connection: nothing is shown and nothing is lost until there is one. */
function retry() {
  const go = document.createElement("button");
  go.className = "kern-btn kern-btn--primary";
  go.textContent = curtain.dataset.again;
  go.addEventListener("click", () => send(curtain.action).then(show).catch(() => {}));
  const main = document.createElement("main");
  main.className = "curtain";
  main.append(go);
  document.body.replaceChildren(main);
}

async function show(answer) {
  if (answer.headers.get("HX-Redirect")) {
    window.location.assign(answer.headers.get("HX-Redirect"));
    return;
  }
  if (answer.status === 204) {
    lift();
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = page.querySelector("main.curtain");
  if (!main) {
    window.location.reload(); // signed out: the sign-in page
    return;
  }
  document.body.replaceChildren(main);
  const form = main.querySelector("form");
  const pad = main.querySelector("[data-keypad]");
  if (pad) pad.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const secret = form.elements.namedItem("secret").value;
    send(form.action, { secret }).then(show).catch(retry);
  });
  form.elements.namedItem("secret").focus();
}

function lift() {
  document.body.replaceChildren(...kept.nodes);
  document.title = kept.title;
  kept.focus?.focus?.();
  kept = null;
  last = told = Date.now();
}

if (idle) {
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, somebody, true);
  tabs?.addEventListener("message", (event) => (last = Math.max(last, Number(event.data) || 0)));
  const look = () => Date.now() - last >= idle && draw();
  document.addEventListener("visibilitychange", look);
  window.setInterval(look, 5000);
}
