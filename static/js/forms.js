/* Forms: steppers, "no change", text kept on this device, a warning before it is lost. Every form works without this. */
(function () {
  "use strict";

  /* Steppers --------------------------------------------------------------------
     <div class="stepper"><button data-step="-1">…<input>…<button data-step="1"></div>
     Decimals are counted in whole steps of their last place, so that 0.1 + 0.2 is 0.3. */
  function places(text) {
    const dot = String(text).indexOf(".");
    return dot < 0 ? 0 : String(text).length - dot - 1;
  }

  function stepped(input, by) {
    const decimals = Math.max(places(input.value), places(by));
    const scale = Math.pow(10, decimals);
    let value = Math.round((Number(input.value) || 0) * scale) + Math.round(Number(by) * scale);
    if (input.min !== "") value = Math.max(value, Math.round(Number(input.min) * scale));
    if (input.max !== "") value = Math.min(value, Math.round(Number(input.max) * scale));
    return (value / scale).toFixed(decimals);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("button[data-step]");
    if (!button) return;
    const input = button.closest(".stepper").querySelector("input");
    if (input.readOnly || input.disabled) return;
    write(input, stepped(input, button.dataset.step));
  });

  function write(input, value) {
    if (input.value === value) return;
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* The strip of an entry follows its number: <input data-full="2000"> (absent: 100) inside .entry. */
  function followPace(input) {
    const entry = input.closest(".entry");
    const bar = entry && input.closest(".stepper") && entry.querySelector(".pace-actual");
    if (!bar) return;
    const percent = (Number(input.value) / (Number(input.dataset.full) || 100)) * 100;
    if (isFinite(percent)) bar.setAttribute("width", Math.min(Math.max(percent, 0), 100).toFixed(2) + "%");
  }

  /* "No change": <input type="checkbox" data-no-change> in an .entry puts back each data-previous. ------- */
  function markUnchanged(box) {
    const entry = box.closest(".entry");
    entry.classList.toggle("is-unchanged", box.checked);
    entry.querySelectorAll("[data-previous]").forEach(function (input) {
      if (box.checked) input.dataset.typed = input.value;
      write(input, box.checked ? input.dataset.previous : input.dataset.typed || input.value);
      input.readOnly = box.checked;
    });
  }

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-no-change]")) markUnchanged(event.target);
  });

  /* Text kept on this device -------------------------------------------------------
     <form data-keep="report-12" data-keep-version="3">: what is typed is kept in this browser, for this person, until a
     page carries data-keep-clear="report-12". The same version is put back at once; another is offered. */
  const DAYS = 14;

  function store() {
    try { return window.localStorage; } catch (refused) { return null; }
  }

  function address(key) {
    return "vanguard." + (document.body.dataset.person || "0") + "." + key;
  }

  function fields(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && !/^(hidden|password|file|submit|button|reset|fieldset)$/.test(field.type);
    });
  }

  function typed(form) {
    const values = {};
    fields(form).forEach(function (field) {
      if (/^(checkbox|radio)$/.test(field.type)) {
        (values[field.name] = values[field.name] || []).push(...(field.checked ? [field.value] : []));
      } else {
        values[field.name] = field.value;
      }
    });
    return values;
  }

  function putBack(form, values) {
    fields(form).forEach(function (field) {
      const value = values[field.name];
      if (value === undefined) return;
      if (Array.isArray(value)) field.checked = value.indexOf(field.value) >= 0;
      else field.value = value;
      if (field.matches("[data-no-change]")) {
        const entry = field.closest(".entry");
        entry.classList.toggle("is-unchanged", field.checked);
        entry.querySelectorAll("[data-previous]").forEach(function (each) { each.readOnly = field.checked; });
      }
      followPace(field);
    });
  }

  function keep(form) {
    const kept = { at: Date.now(), version: form.dataset.keepVersion || "", values: typed(form) };
    try { store().setItem(address(form.dataset.keep), JSON.stringify(kept)); } catch (full) { /* nothing to be done */ }
  }

  function kept(key) {
    try { return JSON.parse(store().getItem(address(key))); } catch (unreadable) { return null; }
  }

  function forget(key) {
    try { store().removeItem(address(key)); } catch (refused) { /* nothing is kept then */ }
  }

  function forgetOld() {
    const shelf = store();
    if (!shelf) return;
    Object.keys(shelf).forEach(function (name) {
      if (name.indexOf("vanguard.") !== 0) return;
      let at = 0;
      try { at = JSON.parse(shelf.getItem(name)).at || 0; } catch (unreadable) { at = 0; }
      if (Date.now() - at > DAYS * 86400000) shelf.removeItem(name);
    });
  }

  function say(words, actions) {
    const template = document.getElementById("words-" + words);
    if (!template || document.querySelector("[data-said='" + words + "']")) return;
    const notice = template.content.firstElementChild.cloneNode(true);
    notice.dataset.said = words;
    Object.keys(actions || {}).forEach(function (name) {
      const button = notice.querySelector("[data-keep-" + name + "]");
      if (button) button.addEventListener("click", function () { actions[name](); notice.remove(); });
    });
    template.parentNode.appendChild(notice);
  }

  function offerKept(form) {
    const key = form.dataset.keep;
    const found = kept(key);
    const shown = typed(form);
    if (!found || JSON.stringify(found.values) === JSON.stringify(shown)) return;
    const discard = function () { forget(key); putBack(form, shown); form.dataset.dirty = ""; };
    const restore = function () { putBack(form, found.values); form.dataset.dirty = "yes"; };
    if (found.version === (form.dataset.keepVersion || "")) {
      restore();
      say("restored", { discard: discard });
    } else {
      say("waiting", { restore: restore, discard: discard });
    }
  }

  document.addEventListener("input", function (event) {
    followPace(event.target);
    const form = event.target.form;
    if (!form || form.method !== "post") return;
    form.dataset.dirty = "yes";
    if (!form.dataset.keep) return;
    clearTimeout(form.keeping);
    form.keeping = setTimeout(keep, 300, form);
  });

  /* Sending: not while offline, not twice; a page left with unsent text asks first. --------------------- */
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.keep) { clearTimeout(form.keeping); keep(form); }
    if (!navigator.onLine || form.dataset.sending) {
      event.preventDefault();
      if (!navigator.onLine) say("offline");
      return;
    }
    form.dataset.dirty = "";
    form.dataset.sending = "yes";
  });

  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sending]").forEach(function (form) { delete form.dataset.sending; });
  });

  window.addEventListener("beforeunload", function (event) {
    if (!document.querySelector("form[data-warn][data-dirty='yes']")) return;
    event.preventDefault();
    event.returnValue = "";
  });

  window.addEventListener("offline", function () {
    if (document.querySelector("form[data-keep]")) say("offline");
  });
  window.addEventListener("online", function () {
    const notice = document.querySelector("[data-said='offline']");
    if (notice) notice.remove();
  });

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-keep-clear]").forEach(function (mark) {
      mark.dataset.keepClear.split(" ").forEach(forget);
    });
    forgetOld();
    document.querySelectorAll("[data-no-change]:checked").forEach(markUnchanged);
    document.querySelectorAll("form[data-keep]").forEach(offerKept);
  });
})();
