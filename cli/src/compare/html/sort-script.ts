/** The script of the report: a click on the title of a column sorts the table. Without scripts the page lacks only this. */
export const SORT_SCRIPT = `
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  for (const [column, head] of heads.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const isDescending = head.getAttribute("aria-sort") === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
      const keyOf = (row) => row.cells[column].dataset.key;
      // The first column has names, and the others have numbers.
      const compare = column === 0
        ? (a, b) => keyOf(a).localeCompare(keyOf(b), undefined, { numeric: true })
        : (a, b) => Number(keyOf(a)) - Number(keyOf(b));
      const rows = [...table.tBodies[0].rows];
      const defined = rows.filter((row) => keyOf(row) !== "").sort(compare);
      if (isDescending) defined.reverse();
      // Scores that are not defined come last.
      table.tBodies[0].append(...defined, ...rows.filter((row) => keyOf(row) === ""));
    });
  }
}
`;
