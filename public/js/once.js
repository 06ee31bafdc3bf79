// A form is sent once: its buttons rest from the first press until the answer (or the way back) arrives.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.enviado) return event.preventDefault();
  form.dataset.enviado = 'si';
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-enviado]')) delete form.dataset.enviado;
});
