import type { Draft } from '../sessions.ts';
import { steps } from './form.ts';
import { type Html, html } from './html.ts';
import { layout, pageScript } from './layout.ts';

const shown: readonly (readonly [name: string, label: string])[] = [
  ['RepCIF', 'NIF de la persona representada'],
  ['RepRazonSoc', 'Raó social'],
  ['RepDocuNum', 'Document de la persona representada'],
  ['RepNombre', 'Nom'],
  ['RepApellido1', 'Primer cognom'],
  ['RepApellido2', 'Segon cognom'],
  ['contact21', 'Correu electrònic'],
  ['contact22', 'Correu electrònic'],
  ['DinVarNUMDEN', 'Número de denúncia'],
  ['DinVarMATRICULA', 'Matrícula'],
  ['DinVarNUMEXP', "Número d'expedient"],
];

const row = (label: string, value: string): Html => html`<tr><th>${label}</th><td>${value}</td></tr>`;

const plain = (rich: string): string => rich.replace(/<[^>]*>/g, ' ');

/** Step two of three: what will be registered, and the one link that does it. */
export const summaryPage = (draft: Draft): string => {
  const fields = draft.fields ?? {};
  return layout(
    'Resum de la sol·licitud',
    html`<h1>Resum de la sol·licitud</h1>
${steps(2)}
<p>Reviseu les dades. La sol·licitud no quedarà registrada fins que premeu «Enviar».</p>
<table class="dades" id="resumen">${shown.filter(([name]) => fields[name]).map(([name, label]) => row(label, fields[name] ?? ''))}${row('Motius', plain(fields.DinVarMOTIUS ?? ''))}</table>
<h2>Documents adjunts</h2>
<ul id="documentos">${Object.values(draft.documents).flatMap((files) => files.map((file) => html`<li>${file.nombre} (${Math.ceil(file.bytes / 1024)} KB)</li>`))}</ul>
<form id="formEnvio" method="post" action="/sta/Relec/TramitaEnvia"><input type="hidden" name="dboidReq" value="${draft.id}"></form>
<p class="accions"><a class="boton-style" href="/seu-electronica?view=tramits&amp;id=11">Cancel·lar</a> <a class="boton-style naranja" href="javascript:void(0)" onclick="comprobar()">Enviar&gt;&gt;</a></p>
<p id="procesando" hidden>S'està processant la sol·licitud…</p>`,
    [pageScript('summary.js')],
  );
};
