import { certificateHolder, type Draft, personId } from '../sessions.ts';
import { type Html, html } from './html.ts';
import { layout, pageScript } from './layout.ts';
import { type FormValues, lowerPart } from './lower-part.ts';

const hidden = (name: string, value: string): Html => html`<input type="hidden" name="${name}" id="${name}" value="${value}">`;

/** What the portal sends along with every form and wants back unchanged. */
const hiddenFields = (draft: Draft): Html =>
  html`${hidden('solicitudname', 'ALLEGACIONS_RECURS_MULTES')}${hidden(
    'solicituddesc',
    'Al·legacions i recursos de multes de trànsit',
  )}${hidden('DBOIDPERS', personId)}${hidden('DBOIDTRAMIT', '11')}${hidden('dboidReq', draft.id)}${hidden('lang', 'CA')}`;

/** The three steps of the procedure, the present one marked. */
export const steps = (current: 1 | 2 | 3): Html =>
  html`<ol class="passos">${['1. Formulari', '2. Resum i enviament', '3. Justificant'].map(
    (name, at) => html`<li class="${at + 1 === current ? 'actual' : ''}">${name}</li>`,
  )}</ol>`;

/** The visible answer to a form that is not right. */
const problemList = (problems: readonly string[]): Html =>
  problems.length === 0
    ? html``
    : html`<div id="errores" class="errores" role="alert"><strong>No s'ha pogut continuar:</strong><ul>${problems.map((one) => html`<li>${one}</li>`)}</ul></div>`;

const role = (value: string, label: string, values: FormValues): Html =>
  html`<label><input type="radio" name="tipoActuacion" id="tipoActuacion${value}" value="${value}" onclick="recargaInferior()"${
    values.tipoActuacion === value ? html` checked` : html``
  }> ${label}</label>`;

type FormView = { draft: Draft; values: FormValues; problems?: readonly string[]; maskMs?: number };

/** The STA form; after a refusal, with what was sent and why it was not accepted. */
export const formPage = ({ draft, values, problems = [], maskMs }: FormView): string =>
  layout(
    'Formulari de sol·licitud',
    html`<p class="molla">Inici › Tràmits › Al·legacions i recursos de multes de trànsit</p>
<h1>Al·legacions i recursos de multes de trànsit</h1>
${steps(1)}
${problemList(problems)}
<form id="formulario" name="formulario" method="post" action="/sta/Relec/TramitaSign" data-mascara="${maskMs ? 'si' : 'no'}" data-mascara-ms="${maskMs}">
${hiddenFields(draft)}
<fieldset><legend>Persona identificada</legend>
  <table class="dades"><tr><th>Nom o raó social</th><td>${certificateHolder.name}</td></tr><tr><th>NIF</th><td>${certificateHolder.nif}</td></tr></table>
  <p>Actuo en qualitat de: ${role('II', 'Persona interessada', values)} ${role('RT', 'Representant de tercers', values)}</p>
</fieldset>
<div id="parteInferior">${lowerPart(draft, values)}</div>
<fieldset><legend>Protecció de dades</legend>
  <p>Les dades es tractaran per gestionar la sol·licitud. Podeu exercir els vostres drets a la seu electrònica.</p>
  <label><input type="checkbox" id="lopdok" name="lopdok" value="S" onclick="acceptaLopd()"> He llegit i accepto la informació sobre protecció de dades</label>
  <div id="botoncontinuar" class="accions" style="display:none"><a class="boton-style naranja" href="javascript:void(0)" onclick="onSave()">Continuar</a></div>
</fieldset>
</form>
<div id="mask" hidden></div>`,
    [pageScript('tinymce.js'), pageScript('form.js')],
  );
