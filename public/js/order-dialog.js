// The form of an order opens in a dialog that stands outside of what the stream changes. Without this file its link leads
// to the same form as a page.
document.addEventListener('htmx:after:swap', () => {
  const dialog = document.getElementById('orden');
  if (dialog && !dialog.open && document.getElementById('orden-cuerpo').childElementCount > 0) dialog.showModal();
});

document.addEventListener('click', (event) => {
  const dialog = event.target.closest('[data-cerrar]')?.closest('dialog');
  if (!dialog) return;
  event.preventDefault();
  dialog.close();
});

// What was written in it goes with it: the next order brings its own form.
document.addEventListener(
  'close',
  (event) => event.target.id === 'orden' && document.getElementById('orden-cuerpo').replaceChildren(),
  true,
);
