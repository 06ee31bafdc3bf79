// Questions open above the page: [data-abre="id"] shows the dialog, [data-cierra] puts it away. Without this script the
// link leads to the dialog, which `:target` shows where it stands.
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-abre]');
  const dialog = opener ? document.getElementById(opener.dataset.abre) : event.target.closest('[data-cierra]')?.closest('dialog');
  if (!dialog || (!opener && !dialog.open)) return;
  event.preventDefault();
  if (opener && !dialog.open) dialog.showModal();
  else if (!opener) dialog.close();
});
