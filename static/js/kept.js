/* Text kept on this device for this person: form[data-keep="plan-12"][data-keep-version="3"] (the tag `keep`).

   A record holds what the form was opened with, what was typed, and the version. It goes back by itself only into a
   form that has neither another version nor other values; otherwise it is offered beside what the form shows, and goes
   back with the version on which it was typed, so that the server sees what it would overwrite. The field `kept` names
   the record that a form sends; once it is saved, the answer carries a cookie of that name and the record is dropped. */
import { all, on } from "./page.js";

const DAYS = 14, COOKIE = "kept_";
const address = (key) => `vanguard.${document.body.dataset.person || 0}.${key}`;
const device = (act) => {
  try { return act(window.localStorage); } catch (refused) { return null; }
};

/* Whether photos of this person wait on this device (photos.js); `wait` notes it. */
const photosFlag = () => `photos.${document.body.dataset.person || 0}`;
export const photosWait = () => device((shelf) => shelf.getItem(photosFlag())) === "yes";
export const notePhotos = (wait) =>
  device((shelf) => wait ? shelf.setItem(photosFlag(), "yes") : shelf.removeItem(photosFlag()));

export const kept = (key) => device((shelf) => JSON.parse(shelf.getItem(address(key)))) || {};
const forget = (key) => device((shelf) => shelf.removeItem(address(key)));
const store = (key, what) => device((shelf) => {
  shelf.setItem(address(key), JSON.stringify({ ...what, at: Date.now() }));
  return true;
});

function forgetOld(shelf) {
  Object.keys(shelf).filter((name) => name.startsWith("vanguard.")).forEach((name) => {
    let at = 0;
    try { at = JSON.parse(shelf.getItem(name)).at; } catch (unreadable) { /* it goes */ }
    if (!(Date.now() - at < DAYS * 86400000)) shelf.removeItem(name);
  });
}

/* What fields hold, or with `first` what the page came with. */
const isHidden = (field) => field.type === "hidden";
const isListed = (field) => isHidden(field) && field.form && field.form.elements[field.name].length > 1; // chosen rows
const fields = (root) => all("input, select, textarea", root).filter((field) =>
  field.name && (!root.dataset?.part || field.closest("[data-part]") === root) && !/^(password|file|submit)$/.test(field.type) && !/^(csrfmiddlewaretoken|kept)$/.test(field.name)
  && !isListed(field));
const firstOf = (list) => (Array.from(list.options).find((each) => each.defaultSelected) || list.options[0] || {}).value;

export function typed(root, first) {
  const values = {};
  fields(root).forEach((field) => {
    if (/^(checkbox|radio)$/.test(field.type)) {
      const chosen = first ? field.defaultChecked : field.checked;
      values[field.name] = (values[field.name] || []).concat(chosen ? field.value : []);
    } else if (first && field.tagName === "SELECT") values[field.name] = firstOf(field) || "";
    else values[field.name] = first ? field.defaultValue : field.value;
  });
  return values;
}

export function putBack(root, values) {
  fields(root).filter((field) => field.name in values).forEach((field) => {
    const value = values[field.name], choices = field.tagName === "SELECT" && Array.from(field.options);
    if (Array.isArray(value)) field.checked = value.includes(field.value);
    else if (!choices || choices.some((each) => each.value === value)) field.value = value;
    field.dispatchEvent(new Event("put", { bubbles: true }));
  });
}

/* A draft (data-autosave) is kept by its changed parts, any other form whole. */
function contents(form) {
  if (!("autosave" in form.dataset)) return { ...form.began, values: typed(form) };
  const parts = {};
  all("[data-dirty]", form).forEach((part) => { parts[part.dataset.part] = typed(part); });
  return Object.keys(parts).length ? { id: form.began.id, parts } : null;
}

/* Keeps what a form holds now; false where this device refuses. */
export function keep(form) {
  clearTimeout(form.keeping);
  const what = contents(form);
  if (what) return store(form.dataset.keep, what) === true;
  forget(form.dataset.keep);
  return true;
}

/* Says it above the page, or in the form that it is about. */
export function say(words, actions, form) {
  const template = document.getElementById("words-" + words);
  const known = (form || document).querySelector(`[data-said='${words}']`);
  if (!template || known) return known;
  const notice = template.content.firstElementChild.cloneNode(true);
  notice.dataset.said = words;
  Object.keys(actions || {}).forEach((name) => {
    const button = notice.querySelector(`[data-keep-${name}]`);
    if (button) button.onclick = () => { actions[name](); notice.remove(); };
  });
  form ? form.prepend(notice) : template.after(notice);
  notice.scrollIntoView({ block: "nearest" });
  return notice;
}
export const unsay = (words) => all(`[data-said='${words}']`).forEach((notice) => notice.remove());

/* A form names the record that it sends. Without an answer nobody knows whether it arrived: the record says so. */
export function nameRecord(form) {
  if (form.began) {
    form.began.sent = true;
    keep(form);
  }
  const key = form.dataset.keep || form.dataset.keepOf;
  const id = form.began ? form.began.id : kept(key).id;
  const field = form.elements.kept || form.appendChild(document.createElement("input"));
  Object.assign(field, { type: "hidden", name: "kept", value: `${key}.${id}` });
}

function forgetSaved() {
  document.cookie.split("; ").filter((each) => each.startsWith(COOKIE)).forEach((each) => {
    const [name, id] = each.split("="), key = name.slice(COOKIE.length);
    if (kept(key).id === id) forget(key);
    document.cookie = `${name}=; Path=/; Max-Age=0; SameSite=Strict`;
  });
}

/* Names of the visible fields that the person changed and that the form now shows otherwise. */
function differing(form, found, shown) {
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const visible = new Set(fields(form).filter((field) => !isHidden(field)).map((field) => field.name));
  return Object.keys(found.values).filter((name) => visible.has(name) && !same(found.values[name], shown[name])
    && !same(found.values[name], (found.opened || {})[name]));
}

function labelOf(form, name) {
  const field = fields(form).find((each) => each.name === name);
  const group = /^(checkbox|radio)$/.test(field.type) && field.closest("fieldset");
  const label = (group && group.querySelector("legend")) || field.labels?.[0];
  return label ? label.textContent.trim() : field.getAttribute("aria-label") || "";
}

function wordsOf(form, name, value) {
  const choices = fields(form).filter((field) => field.name === name);
  const labels = (Array.isArray(value) ? choices.filter((field) => value.includes(field.value)) : [])
    .map((field) => field.labels[0]?.textContent.trim() ?? field.value);
  const option = choices[0].options && Array.from(choices[0].options).find((each) => each.value === value);
  return (Array.isArray(value) ? labels.join("、") : option ? option.textContent.trim() : value) || "—";
}

function timeOf(at) {
  const moment = new Date(at), time = moment.toTimeString().slice(0, 5), day = moment.toLocaleDateString("sv");
  return day === new Date().toLocaleDateString("sv") ? time : `${day} ${time}`;
}

function compare(notice, form, names, found, shown) {
  const rows = notice.querySelector("tbody"), blank = rows.firstElementChild;
  names.forEach((name) => {
    const row = blank.cloneNode(true);
    [labelOf(form, name), wordsOf(form, name, shown[name]), wordsOf(form, name, found.values[name])]
      .forEach((words, place) => { row.cells[place].textContent = words; });
    rows.append(row);
  });
  blank.remove();
}

function offerKept(form) {
  const found = kept(form.dataset.keep), shown = form.began.opened;
  if (!found.values) return;
  if ("keepAgain" in form.dataset) { // the page already shows what was sent: later text builds on the same beginning
    form.began = { id: found.id, version: found.version, opened: found.opened };
    return;
  }
  const names = differing(form, found, shown);
  if (!names.length) return forget(form.dataset.keep);
  const discard = () => { forget(form.dataset.keep); putBack(form, shown); form.dataset.dirty = ""; };
  const hidden = fields(form).filter(isHidden).map((field) => field.name);
  const back = names.map((name) => [name, found.values[name]])
    .concat(hidden.filter((name) => name in found.opened).map((name) => [name, found.opened[name]]));
  const restore = () => {
    form.began = { id: found.id, version: found.version, opened: found.opened };
    putBack(form, Object.fromEntries(back));
    form.dataset.dirty = "yes";
  };
  const same = !found.sent && found.version === form.dataset.keepVersion && JSON.stringify(found.opened) === JSON.stringify(shown);
  if (same) restore();
  const one = all("form[data-keep]").length > 1 ? form : undefined;
  const notice = say(same ? "restored" : "waiting", { restore, discard }, one);
  if (!notice) return;
  notice.querySelector("[data-keep-time]").textContent = timeOf(found.at);
  if (!same) compare(notice, form, names, found, shown);
}

on("DOMContentLoaded", () => {
  forgetSaved();
  device(forgetOld);
  all("form[data-keep]").forEach((form) => {
    const id = Math.random().toString(36).slice(2, 12);
    form.began = { id, version: form.dataset.keepVersion, opened: typed(form, true) };
    if (!("autosave" in form.dataset)) offerKept(form);
  });
});

on("pageshow", () => all("form[data-keep]").forEach((form) => { delete (form.began || {}).sent; }), window);
on("pagehide", () => all("form[data-keep][data-dirty='yes']").forEach(keep), window);
