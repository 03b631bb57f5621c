/* Forms: steppers, sending. Every form works without this. */
import { keep, nameRecord, photosWait, say, unsay } from "./kept.js";
import { all, on } from "./page.js";

export const told = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));

/* Steppers: .stepper > button[data-step="-1"], input, button[data-step="1"]; whole steps of the last decimal place. */
const places = (text) => (String(text).split(".")[1] || "").length;

on("click", (event) => {
  const button = event.target.closest("button[data-step]");
  if (!button) return;
  const input = button.closest(".stepper").querySelector("input"), by = button.dataset.step;
  if (input.readOnly) return;
  const decimals = Math.max(places(input.value), places(by));
  const scaled = (number) => Math.round((Number(number) || 0) * 10 ** decimals);
  let value = scaled(input.value) + scaled(by);
  if (input.min !== "") value = Math.max(value, scaled(input.min));
  if (input.max !== "") value = Math.min(value, scaled(input.max));
  input.value = (value / 10 ** decimals).toFixed(decimals);
  told(input);
});

/* What comes back from this device shows as if it had been typed. */
on("put", (event) => count(event.target));

/* Texts near their limit are counted ([data-most]) as the server does: trimmed, by character, and a line end of a form
   that is sent whole as two. Nothing is cut; the server refuses what is too long. */
function count(field) {
  const most = Number(field.dataset.most), text = field.value.trim(), whole = !field.closest("[data-autosave]");
  if (!most) return;
  const length = Array.from(text).length + (whole ? text.split("\n").length - 1 : 0);
  let note = field.nextElementSibling;
  const isThere = note?.matches(".count-note");
  if (isThere) note.hidden = length <= most * 0.9;
  if (length <= most * 0.9) return;
  if (!isThere) {
    field.insertAdjacentHTML("afterend", `<span class="count-note hint" role="status"></span>`);
    note = field.nextElementSibling;
  }
  const words = document.getElementById("words-count").dataset;
  note.textContent = (length > most ? words.over : words.near)
    .replace("{length}", length).replace("{most}", most).replace("{over}", length - most);
  note.classList.toggle("error-text", length > most);
  note.classList.toggle("hint", length <= most);
}

on("input", (event) => {
  count(event.target);
  const form = event.target.form;
  if (!form || form.method !== "post") return;
  form.dataset.dirty = "yes";
  clearTimeout(form.keeping);
  if (form.dataset.keep) form.keeping = setTimeout(() => keep(form) || navigator.onLine || tellOffline(false), 300);
});

/* Without a connection: what is kept on this device, and what is not. */
const tellOffline = (isKept) => {
  unsay(isKept ? "offline-open" : "offline");
  say(isKept ? "offline" : "offline-open");
};
const isKept = (form) => Boolean(form.dataset.keep) && keep(form) && !holdsFiles(form);
const holdsFiles = (form) => all("input[type=file]", form).some((input) => input.files.length);

/* Sending: not while offline, not twice; a page left with unsent text asks first. */
on("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  const kept = isKept(form);
  if (!navigator.onLine) tellOffline(kept);
  if (!navigator.onLine || form.dataset.sending) return event.preventDefault();
  if (form.dataset.keep || form.dataset.keepOf) nameRecord(form);
  form.dataset.dirty = "";
  form.dataset.sending = "yes";
});

on("pageshow", () => all("form[data-sending]").forEach((form) => { delete form.dataset.sending; }), window);

on("beforeunload", (event) => {
  if (!document.querySelector("form[data-warn][data-dirty='yes']")) return;
  event.preventDefault();
  event.returnValue = "";
}, window);

on("offline", () => {
  const forms = all("form[data-keep]:not([data-autosave])"); // a draft's own bar tells
  if (forms.length) tellOffline(forms.every(isKept));
}, window);
on("online", () => ["offline", "offline-open"].forEach(unsay), window);

/* Photos of a form that is sent whole are made smaller as soon as they are chosen. */
on("change", async (event) => {
  const input = event.target, chosen = input.files;
  if (input.type !== "file" || input.dataset.upload || !/image/.test(input.accept)) return;
  const { smaller } = await import("./pictures.js"), made = new DataTransfer();
  for (const file of Array.from(chosen)) made.items.add(await smaller(file));
  if (input.files === chosen) input.files = made.files;
});

on("DOMContentLoaded", () => {
  all("[data-most]").forEach(count);
  if (photosWait()) import("./photos.js");
});
