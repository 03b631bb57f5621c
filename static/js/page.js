/* What makes every page a little better when script runs; nothing depends on it. */
(function () {
  "use strict";

  document.documentElement.classList.add("js");

  /* A menu closes on Escape and on a click elsewhere. */
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.menu"));
  });
  document.addEventListener("keydown", function (event) {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!open) return;
    closeMenus(null);
    open.querySelector("summary").focus();
  });

  /* data-submit: a select or date that sends its form when it changes. */
  document.addEventListener("change", function (event) {
    const form = event.target.closest("[data-submit]") && event.target.form;
    if (form) form.requestSubmit ? form.requestSubmit() : form.submit();
  });

  /* data-copy="id": copies a field's text; where that is not allowed the text is selected. */
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    const done = () => (button.textContent = button.dataset.done);
    field.select();
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done);
    else if (document.execCommand("copy")) done();
  });

  /* data-print: a button that prints the page. On paper nothing stays folded. */
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main details:not(.menu)").forEach(function (folded) {
      folded.open = true;
    });
  });
})();
