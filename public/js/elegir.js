// Rows of a list to be ordered at once: ticks the whole page, and counts. Without it every box still works by itself.
const boxesOf = (form) => [...form.querySelectorAll('input[name="id"]')];

const told = (form) => {
  if (form.elements.todos.checked) return '';
  const chosen = boxesOf(form).filter((box) => box.checked).length;
  return chosen === 0 ? 'Ninguno elegido' : chosen === 1 ? '1 elegido' : `${chosen} elegidos`;
};

const tell = (form) => {
  const all = form.elements.todos.checked;
  const boxes = boxesOf(form);
  // What is approved is sent: each one is chosen by hand.
  for (const box of [...boxes, ...form.querySelectorAll('button[value="aprobar"]')]) box.disabled = all;
  const page = form.querySelector('[data-elegir-pagina]');
  page.closest('label').hidden = false;
  page.disabled = all;
  page.checked = boxes.every((box) => box.checked);
  form.querySelector('[data-elegidos]').textContent = told(form);
};

const formOf = (element) => element.closest('form:has([data-lote])');

document.addEventListener('change', (event) => {
  const form = formOf(event.target);
  if (!form) return;
  if (event.target.matches('[data-elegir-pagina]')) for (const box of boxesOf(form)) box.checked = event.target.checked;
  tell(form);
});

const tellAll = () => {
  for (const form of document.querySelectorAll('form:has([data-lote])')) tell(form);
};
addEventListener('pageshow', tellAll);
document.addEventListener('htmx:after:swap', tellAll);
