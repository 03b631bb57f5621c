/* A slip: its code stands behind #, where no server sees it; the page sends it as if it had been typed. */
const form = document.querySelector("[data-slip]");
const code = location.hash.slice(1);
if (form && /^[A-Za-z]{10}$/.test(code)) {
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.submit();
}

/* A ballot: how many of its lines are filled in. */
const ballot = document.querySelector("[data-ballot]");
if (ballot) {
  const shown = ballot.querySelector("[data-filled] b");
  const lines = ballot.querySelectorAll(".ballot > li");
  const filled = (line) => line.querySelector("input:checked") || line.querySelector("input:not([type=radio])")?.value;
  ballot.addEventListener("input", () => {
    shown.textContent = `${[...lines].filter(filled).length} / ${lines.length}`;
  });
  ballot.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) event.preventDefault(); // Enter decides nothing
  });
  ballot.querySelector("#blanks")?.focus();
}
