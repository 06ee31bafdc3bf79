// A request that never reached the panel is told: what was on the page stays, and nobody waits for what will not come.
const place = () => document.getElementById('mensajes');
const isStream = (element) => Boolean(element?.hasAttribute?.('hx-sse:connect'));

document.addEventListener('htmx:error', ({ detail, target }) => {
  if (!detail.ctx || isStream(target)) return;
  const message = document.createElement('div');
  message.className = 'mensaje mal';
  message.role = 'alert';
  message.textContent = 'El panel no contesta: no se ha cambiado nada. Vuelva a intentarlo dentro de un momento.';
  place()?.replaceChildren(message);
});

// What was said of the page before is not of the one that comes now.
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx?.response && ctx.response.status < 400 && !isStream(ctx.sourceElement)) place()?.replaceChildren();
});
