/* Forms: steppers, "no change", text kept on this device. Every form works without this. */
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

/* The strip of an entry follows its number: input[data-full="2000"] (absent: 100). */
function followPace(input) {
  const bar = input.closest(".stepper") && input.closest(".entry").querySelector(".pace-actual");
  const percent = (Number(input.value) / (Number(input.dataset.full) || 100)) * 100;
  if (bar && isFinite(percent)) bar.setAttribute("width", Math.min(Math.max(percent, 0), 100).toFixed(2) + "%");
}

/* "No change": input[data-no-change] in an .entry puts back each [data-previous]. */
function markUnchanged(box, puts) {
  const entry = box.closest(".entry");
  entry.classList.toggle("is-unchanged", box.checked);
  all("[data-previous]", entry).forEach((input) => {
    input.readOnly = box.checked;
    if (!puts) return;
    if (box.checked) input.dataset.typed = input.value;
    input.value = box.checked ? input.dataset.previous : input.dataset.typed || input.value;
    followPace(input);
  });
}

on("change", (event) => {
  if (event.target.matches("[data-no-change]")) markUnchanged(event.target, true);
});

/* button[data-rest="Undo"] ticks "no change" where nothing was said, and takes it back. */
on("click", (event) => {
  const button = event.target.closest("[data-rest]");
  if (!button) return;
  event.preventDefault();
  const silent = (box) => !box.checked && all("textarea, [data-previous]", box.closest(".entry")).every(
    (field) => field.value.trim() === (field.dataset.previous || ""));
  const boxes = button.ticked || all("[data-no-change]", button.form).filter(silent);
  boxes.forEach((box) => {
    box.checked = !button.ticked;
    markUnchanged(box, true);
    told(box);
  });
  button.ticked = button.ticked ? null : boxes;
  [button.textContent, button.dataset.rest] = [button.dataset.rest, button.textContent];
});

/* Text kept on this device: form[data-keep="plan-12"][data-keep-version="3"], for this person, until a page carries
   data-keep-clear="plan-12". The same version is put back at once; another is offered. */
const DAYS = 14;
const address = (key) => `vanguard.${document.body.dataset.person || 0}.${key}`;
const device = (act) => {
  try { return act(window.localStorage); } catch (refused) { return null; }
};
export const kept = (key) => device((shelf) => JSON.parse(shelf.getItem(address(key)))) || {};
const forget = (key) => device((shelf) => shelf.removeItem(address(key)));
const store = (key, what) => device((shelf) => {
  what.at = Date.now();
  shelf.setItem(address(key), JSON.stringify(what));
});

function forgetOld(shelf) {
  Object.keys(shelf).filter((name) => name.startsWith("vanguard.")).forEach((name) => {
    let at = 0;
    try { at = JSON.parse(shelf.getItem(name)).at; } catch (unreadable) { /* it goes */ }
    if (!(Date.now() - at < DAYS * 86400000)) shelf.removeItem(name);
  });
}

/* What was typed in a form, or in a part together with what the part was opened with. */
const fields = (root) => all("input, select, textarea", root).filter((field) =>
  field.name && !/^(password|file|submit)$/.test(field.type) && (field.type !== "hidden" || root.dataset.part));

export function typed(root) {
  const values = {};
  fields(root).forEach((field) => {
    values[field.name] = /^(checkbox|radio)$/.test(field.type)
      ? (values[field.name] || []).concat(field.checked ? field.value : []) : field.value;
  });
  return values;
}

export function putBack(root, values) {
  fields(root).filter((field) => field.name in values).forEach((field) => {
    const value = values[field.name];
    if (Array.isArray(value)) field.checked = value.includes(field.value);
    else field.value = value;
    if (field.matches("[data-no-change]")) markUnchanged(field);
    followPace(field);
  });
}

/* A draft (data-autosave) is kept by its changed parts, any other form whole. */
function contents(form) {
  if (!("autosave" in form.dataset)) return { version: form.dataset.keepVersion, values: typed(form) };
  const parts = {};
  all("[data-dirty]", form).forEach((part) => { parts[part.dataset.part] = typed(part); });
  return Object.keys(parts).length ? { parts } : null;
}

export function keep(form) {
  clearTimeout(form.keeping);
  const what = contents(form);
  if (what) store(form.dataset.keep, what);
  else forget(form.dataset.keep);
}

export function say(words, actions) {
  const template = document.getElementById("words-" + words);
  if (!template || document.querySelector(`[data-said='${words}']`)) return;
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.dataset.said = words;
  Object.keys(actions || {}).forEach((name) => {
    const button = notice.querySelector(`[data-keep-${name}]`);
    if (button) button.onclick = () => { actions[name](); notice.remove(); };
  });
  template.after(notice);
  notice.scrollIntoView({ block: "nearest" });
}

function offerKept(form) {
  const found = kept(form.dataset.keep), shown = typed(form);
  if (!found.values || JSON.stringify(found.values) === JSON.stringify(shown)) return;
  const discard = () => { forget(form.dataset.keep); putBack(form, shown); form.dataset.dirty = ""; };
  const restore = () => { putBack(form, found.values); form.dataset.dirty = "yes"; };
  const same = found.version === form.dataset.keepVersion;
  if (same) restore();
  say(same ? "restored" : "waiting", { restore, discard });
}

on("input", (event) => {
  followPace(event.target);
  const form = event.target.form;
  if (!form || form.method !== "post") return;
  form.dataset.dirty = "yes";
  clearTimeout(form.keeping);
  if (form.dataset.keep) form.keeping = setTimeout(keep, 300, form);
});

/* Sending: not while offline, not twice; a page left with unsent text asks first. */
on("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.keep) keep(form);
  if (!navigator.onLine) say("offline");
  if (!navigator.onLine || form.dataset.sending) return event.preventDefault();
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
  if (document.querySelector("form[data-keep]")) say("offline");
}, window);
on("online", () => all("[data-said='offline']").forEach((notice) => notice.remove()), window);

on("DOMContentLoaded", () => {
  all("[data-keep-clear]").forEach((mark) => mark.dataset.keepClear.split(" ").forEach(forget));
  device(forgetOld);
  all("[data-no-change]:checked").forEach((box) => markUnchanged(box, true));
  all("form[data-keep]:not([data-autosave])").forEach(offerKept);
});
