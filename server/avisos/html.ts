import type { Said } from './escribir.ts';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => entities[one] as string);

/** Of the line on its left; readable over white and over black. */
const colours: Readonly<Record<string, string>> = { CRITICO: '#d03a3a', ALTO: '#c77700', MEDIO: '#4a78c8' };
const recovered = '#2e8b57';

const row = ([name, value]: readonly [string, string]): string =>
  `<tr><th scope="row" style="text-align:left;vertical-align:top;padding:2px 16px 2px 0;font-weight:600">${escaped(name)}</th><td style="padding:2px 0">${escaped(value)}</td></tr>`;

const steps = (acciones: readonly string[]): string =>
  acciones.length === 0
    ? ''
    : `<h2 style="font-size:16px;margin:20px 0 6px">Qué hacer</h2><ol style="margin:0;padding-left:22px">${acciones.map((one) => `<li style="margin:4px 0">${escaped(one)}</li>`).join('')}</ol>`;

/** The mail as HTML: no colours of paper nor ink, so that the reader's own light or dark holds. */
export const htmlOf = (said: Said): string => {
  const colour = said.recovered ? recovered : (colours[said.nivel] ?? recovered);
  return `<!doctype html>
<html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escaped(said.asunto)}</title></head>
<body style="margin:0;padding:16px;font-family:Segoe UI,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45">
<div style="max-width:640px;border-left:5px solid ${colour};padding:2px 0 2px 16px">
<h1 style="font-size:20px;margin:0 0 8px">${escaped(said.titulo)}</h1>
<p style="margin:0 0 16px;white-space:pre-line">${escaped(said.resumen)}</p>
<table style="border-collapse:collapse;font-size:14px">${said.datos.map(row).join('')}</table>
${steps(said.acciones)}
${said.enlace === null ? '' : `<p style="margin:20px 0 0"><a href="${escaped(said.enlace)}">Verlo en el panel</a></p>`}
${said.frecuencia === '' ? '' : `<p style="margin:20px 0 0;font-size:13px;opacity:.75">${escaped(said.frecuencia)}</p>`}
</div></body></html>`;
};
