/* The wall chart: turned back to other evenings by a slider; on a screen it takes in the new picture by itself. */
(function () {
  "use strict";

  /* data-turns="evenings": a range that turns through the days of a list; its form's day shows which. */
  document.addEventListener("input", function (event) {
    const days = document.getElementById(event.target.dataset.turns);
    if (!days) return;
    const day = days.options[event.target.value].value;
    event.target.form.elements.on.value = day;
    event.target.setAttribute("aria-valuetext", day);
  });

  /* data-refresh="60": a page on the wall takes in the new picture; while none comes it keeps the old and says since when. */
  document.addEventListener("DOMContentLoaded", function () {
    const every = Number(document.body.dataset.refresh);
    if (!every) return;
    let since = "";
    const time = function () {
      return new Date().toTimeString().slice(0, 5);
    };
    const all = function (name, show) {
      document.querySelectorAll("[data-" + name + "]").forEach(show);
    };
    setInterval(function () {
      all("clock", function (clock) {
        clock.textContent = time();
      });
    }, 5000);
    setInterval(function () {
      fetch(location.href)
        .then(function (answer) {
          if (answer.status > 499) throw answer;
          return answer.text();
        })
        .then(function (text) {
          const page = new DOMParser().parseFromString(text, "text/html");
          if (page.head.innerHTML !== document.head.innerHTML) return location.reload();
          document.body.replaceWith(page.body);
          since = "";
        })
        .catch(function () {
          since = since || time();
          all("away", function (note) {
            note.hidden = false;
            note.querySelector("b").textContent = since;
          });
        });
    }, every * 1000);
  });
})();
