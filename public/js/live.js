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

const lost = () => isSilent() || say('reconectando', 'Reconectando…');

const judge = () => {
  const sign = liveSign();
  if (!sign || sign.hidden || document.hidden || !isSilent()) return;
  const options = { hour: '2-digit', minute: '2-digit', timeZone: sign.dataset.zona };
  say('parado', `Sin datos desde las ${new Date(lastSeen).toLocaleTimeString('es-ES', options)}`);
};

/** The stream was refused because the session is over: the page itself leads to where one signs in. */
const refused = (event) => event.detail.status === 401 && location.reload();

for (const event of ['htmx:sse:after:connection', 'htmx:sse:after:message', 'latido']) document.addEventListener(event, alive);
for (const event of ['htmx:sse:error', 'htmx:sse:close']) document.addEventListener(event, lost);
document.addEventListener('htmx:sse:error', refused);
document.addEventListener('htmx:sse:before:connection', (event) => event.detail.connection.attempt > 0 && lost());
document.addEventListener('visibilitychange', judge);
setInterval(judge, 5000);
