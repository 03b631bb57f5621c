/* What makes every page a little better when script runs, and the two functions that all scripts share. */
export const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
export const on = (event, act, target = document) => target.addEventListener(event, act);

document.documentElement.classList.add("js");

/* A menu closes on Escape and on a click elsewhere. */
function closeMenus(except) {
  all("details.menu[open]").forEach((menu) => {
    if (menu !== except) menu.open = false;
  });
}
on("click", (event) => closeMenus(event.target.closest("details.menu")));
on("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (!open) return;
  closeMenus(null);
  open.querySelector("summary").focus();
});

/* data-submit: a select or date that sends its form when it changes. */
on("change", (event) => {
  if (event.target.closest("[data-submit]")) event.target.form?.requestSubmit();
});

/* data-copy="id": copies a field's text; where that is not allowed the text is selected. */
on("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const done = () => (button.textContent = button.dataset.done);
  field.select();
  if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(done);
  else if (document.execCommand("copy")) done();
});

/* data-print: a button that prints the page. On paper nothing stays folded. */
on("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
on("beforeprint", () => all("main details:not(.menu)").forEach((folded) => { folded.open = true; }), window);
