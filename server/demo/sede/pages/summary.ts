import type { Draft } from '../sessions.ts';
import { steps } from './form.ts';
import { type Html, html } from './html.ts';
import { layout, pageScript } from './layout.ts';

/** What is read back to the citizen: a label and the fields it is made of. */
const shown: readonly (readonly [label: string, ...fields: string[]])[] = [
  ['NIF de la persona representada', 'RepCIF', 'RepCIFCtrlDigit'],
  ['Raó social', 'RepRazonSoc'],
  ['Document de la persona representada', 'RepDocuNum', 'RepDigito'],
  ['Nom i cognoms', 'RepNombre', 'RepApellido1', 'RepApellido2'],
  ['Correu electrònic', 'contact21', 'contact22'],
  ['Número de denúncia', 'DinVarNUMDEN'],
  ['Matrícula', 'DinVarMATRICULA'],
  ["Número d'expedient", 'DinVarNUMEXP'],
];

const shownRow = (values: Readonly<Record<string, string>>, [label, ...names]: (typeof shown)[number]): Html => {
  const text = names
    .map((name) => values[name] ?? '')
    .join(' ')
    .trim();
  return text === '' ? html`` : row(label, text);
};

const row = (label: string, value: string): Html => html`<tr><th>${label}</th><td>${value}</td></tr>`;

const plain = (rich: string): string => rich.replace(/<[^>]*>/g, ' ');

const documentList = (draft: Draft): Html[] =>
  Object.values(draft.documents)
    .flat()
    .map((file) => html`<li>${file.nombre} (${Math.ceil(file.bytes / 1024)} KB)</li>`);

/** Step two of three: what will be registered, and the one link that does it. */
export const summaryPage = (draft: Draft): string => {
  const values = draft.fields ?? {};
  return layout(
    'Resum de la sol·licitud',
    html`<h1>Resum de la sol·licitud</h1>
${steps(2)}
<p>Reviseu les dades. La sol·licitud no quedarà registrada fins que premeu «Enviar».</p>
<table class="dades" id="resumen">${shown.map((one) => shownRow(values, one))}${row('Motius', plain(values.DinVarMOTIUS ?? ''))}</table>
<h2>Documents adjunts</h2>
<ul id="documentos">${documentList(draft)}</ul>
<form id="formEnvio" method="post" action="/sta/Relec/TramitaEnvia"><input type="hidden" name="dboidReq" value="${draft.id}"></form>
<p class="accions"><a class="boton-style" href="/seu-electronica?view=tramits&amp;id=11">Cancel·lar</a> <a class="boton-style naranja" href="javascript:void(0)" onclick="comprobar()">Enviar&gt;&gt;</a></p>
<p id="procesando" hidden>S'està processant la sol·licitud…</p>`,
    [pageScript('summary.js')],
  );
};
