// Tables to look through: a field that keeps the rows with all of its words, and headings that sort
for (const table of document.querySelectorAll('table')) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const field = document.createElement('input');
  field.type = 'search';
  field.placeholder = 'Find';
  field.setAttribute('aria-label', 'Find in this table');
  field.addEventListener('input', () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
    }
  });
  table.before(field);
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement('button');
    button.append(...heading.childNodes);
    heading.append(button);
    let down = false;
    button.addEventListener('click', () => {
      const isNumber = heading.classList.contains('number');
      const value = row => {
        const text = row.cells[column].textContent;
        return isNumber ? Number(text.replace(/\u2009/g, '')) : text;
      };
      rows.sort((one, other) => {
        const [a, b] = [value(one), value(other)];
        return (isNumber ? a - b : a.localeCompare(b)) * (down ? -1 : 1);
      });
      body.append(...rows);
      heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      down = !down;
    });
  });
}
