// Says honestly whether what the page shows is still being kept up to date: [data-directo] beside the title.
const sign = document.querySelector('[data-directo]');
const silenceMs = 40_000;
let lastSeen = Date.now();

const say = (state, words) => {
  if (!sign || sign.textContent === words) return;
  sign.hidden = false;
  sign.dataset.estado = state;
  sign.textContent = words;
};

const clockOf = (instant) =>
  new Date(instant).toLocaleTimeString('es-ES', { hour: '2-digit', minute: '2-digit', timeZone: sign.dataset.zona });

const alive = () => {
  lastSeen = Date.now();
  say('vivo', 'En vivo');
};

const judge = () => {
  if (document.hidden || sign.hidden) return;
  if (Date.now() - lastSeen > silenceMs) say('parado', `Sin datos desde las ${clockOf(lastSeen)}`);
};

if (sign) {
  for (const event of ['htmx:sse:after:connection', 'htmx:sse:after:message', 'latido']) document.addEventListener(event, alive);
  for (const event of ['htmx:sse:error', 'htmx:sse:close'])
    document.addEventListener(event, () => Date.now() - lastSeen <= silenceMs && say('reconectando', 'Reconectando…'));
  document.addEventListener(
    'htmx:sse:before:connection',
    (event) => event.detail.connection.attempt > 0 && say('reconectando', 'Reconectando…'),
  );
  setInterval(judge, 5000);
}
