// The signature: strokes of a finger or pen become one path of whole numbers in a hidden field.
// Only with this module is "by hand" offered; typing and paper work without it.

const FINEST = 3; // pixels of the canvas: nearer points are left out
const LONGEST = 20000; // signs, as in referrals/web/family_consent_form.py

for (const fieldset of document.querySelectorAll("[data-signature]")) offer(fieldset);

function offer(fieldset) {
  const pad = fieldset.querySelector("[data-pad]");
  const path = fieldset.querySelector("[data-path]");
  const pen = pad.getContext("2d");
  fieldset.querySelector("[data-needs-script]").hidden = false;
  fieldset.addEventListener("click", (event) => {
    // A tap on "typed" goes on to the field; who walks the choices by keyboard stays among them.
    if (event.detail && event.target.value === "typed") fieldset.querySelector("#id_typed_name").focus();
  });
  pen.lineWidth = 4;
  pen.lineCap = pen.lineJoin = "round";
  pen.strokeStyle = getComputedStyle(pad).color;

  let last = null;
  let stroke = "";

  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    last = place(pad, event);
    stroke = `M${last.x} ${last.y}`;
  });
  pad.addEventListener("pointermove", (event) => {
    if (!last) return;
    const next = place(pad, event);
    if (Math.hypot(next.x - last.x, next.y - last.y) < FINEST) return;
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(next.x, next.y);
    pen.stroke();
    stroke += `L${next.x} ${next.y}`;
    last = next;
  });
  for (const end of ["pointerup", "pointercancel"]) {
    pad.addEventListener(end, () => {
      if (stroke.includes("L") && path.value.length + stroke.length <= LONGEST) path.value += stroke;
      last = null;
      stroke = "";
    });
  }
  fieldset.querySelector("[data-clear]").addEventListener("click", () => {
    pen.clearRect(0, 0, pad.width, pad.height);
    path.value = "";
  });
}

function place(pad, event) {
  const box = pad.getBoundingClientRect();
  const within = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
  return {
    x: within(((event.clientX - box.left) / box.width) * pad.width, pad.width),
    y: within(((event.clientY - box.top) / box.height) * pad.height, pad.height),
  };
}
