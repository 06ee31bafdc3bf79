// A request that never reached the panel is told: what was on the page stays, and nobody waits for what will not come.
document.addEventListener('htmx:error', (event) => {
  const place = document.getElementById('mensajes');
  if (!place || !event.detail.ctx || event.target.hasAttribute('hx-sse:connect')) return;
  const message = document.createElement('div');
  message.className = 'mensaje mal';
  message.role = 'alert';
  message.textContent = 'El panel no contesta: no se ha cambiado nada. Vuelva a intentarlo dentro de un momento.';
  place.replaceChildren(message);
});
document.addEventListener('htmx:after:swap', (event) => {
  const place = document.getElementById('mensajes');
  if (event.detail.ctx?.request.method === 'GET' && event.detail.ctx.target !== place) place?.replaceChildren();
});
