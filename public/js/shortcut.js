// A key leads to a field: [data-atajo="/"] gets the focus when its key is pressed outside of any field.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea, select, dialog, [contenteditable]')) return;
  const field = document.querySelector(`[data-atajo="${CSS.escape(event.key)}"]`);
  if (!field?.checkVisibility()) return;
  event.preventDefault();
  field.focus();
  field.select();
});
