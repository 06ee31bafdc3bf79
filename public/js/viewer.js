// Captures one after another, large, with the keys ← → Inicio Fin Esc. Without this file each one opens as the picture it is.
const viewer = () => document.getElementById('visor');
/** Asked for each time: the stream brings new ones while the viewer is open. The same picture twice counts once. */
const captures = () => [...new Map([...document.querySelectorAll('a[data-captura]')].map((link) => [link.href, link])).values()];

const show = (link) => {
  if (!link) return;
  const picture = viewer().querySelector('img');
  picture.src = link.href;
  picture.alt = link.querySelector('img')?.alt ?? '';
  viewer().querySelector('figcaption').textContent = link.dataset.captura;
  viewer().querySelector('[data-abrir]').href = link.href;
};

const move = (steps) => {
  const all = captures();
  const at = all.findIndex((link) => link.href === viewer().querySelector('img').src);
  show(all[Math.min(Math.max(at + steps, 0), all.length - 1)]);
};

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-captura]');
  if (link && viewer() && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    show(link);
    viewer().showModal();
  }
  const step = event.target.closest('#visor [data-paso]');
  if (step) move(Number(step.dataset.paso));
});

const keys = { ArrowLeft: -1, ArrowRight: 1, Home: Number.NEGATIVE_INFINITY, End: Number.POSITIVE_INFINITY };
document.addEventListener('keydown', (event) => {
  if (!viewer()?.open || !(event.key in keys)) return;
  event.preventDefault();
  move(keys[event.key]);
});
