/* Lists of the administration on a phone: each cell is told the head of its column, which the style sheet shows. */
import { all } from "./page.js";

const heads = all("#result_list thead th").map((head) => head.querySelector(".text").textContent.trim());
all("#result_list tbody tr").forEach((row) => {
  all("th, td", row).forEach((cell, at) => { cell.dataset.name = heads[at] || ""; });
});
