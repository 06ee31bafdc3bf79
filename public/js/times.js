// «hace 3 min» goes on being true while the page stays open: every <time data-relativo> is told again twice a minute.
const words = new Intl.RelativeTimeFormat('es', { numeric: 'always', style: 'short' });
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

const relative = (instant) => {
  const distance = instant - Date.now();
  const [unit, size] = units.find(([, length]) => Math.abs(distance) >= length) ?? [];
  return unit ? words.format(Math.trunc(distance / size), unit) : 'ahora';
};

const tellAgain = () => {
  for (const time of document.querySelectorAll('time[data-relativo]')) {
    const text = relative(Date.parse(time.dateTime));
    if (time.textContent !== text) time.textContent = text;
  }
};

setInterval(tellAgain, 15_000);
document.addEventListener('visibilitychange', () => document.hidden || tellAgain());
