// Says honestly whether what the page shows is still being kept up to date: [data-directo] beside the title.
const silenceMs = 40_000;
let lastSeen = Date.now();

/** Looked for each time: going back puts another one in its place. */
const liveSign = () => document.querySelector('[data-directo]');

const say = (state, words) => {
  const sign = liveSign();
  if (!sign || sign.textContent === words) return;
  sign.hidden = false;
  sign.dataset.estado = state;
  sign.textContent = words;
};

const alive = () => {
  lastSeen = Date.now();
  say('vivo', 'En vivo');
};

const isSilent = () => Date.now() - lastSeen > silenceMs;

// 401: the session has ended. Loading the page again leads to the door, and back here from there.
const lost = (event) => {
  if (event.detail?.status === 401) return location.reload();
  if (!isSilent()) say('reconectando', 'Reconectando…');
};

const judge = () => {
  const sign = liveSign();
  if (!sign || sign.hidden || document.hidden || !isSilent()) return;
  const options = { hour: '2-digit', minute: '2-digit', timeZone: sign.dataset.zona };
  say('parado', `Sin datos desde las ${new Date(lastSeen).toLocaleTimeString('es-ES', options)}`);
};

for (const event of ['htmx:sse:after:connection', 'htmx:sse:after:message', 'latido']) document.addEventListener(event, alive);
for (const event of ['htmx:sse:error', 'htmx:sse:close']) document.addEventListener(event, lost);
document.addEventListener('htmx:sse:before:connection', (event) => event.detail.connection.attempt > 0 && lost(event));
document.addEventListener('visibilitychange', judge);
setInterval(judge, 5000);
