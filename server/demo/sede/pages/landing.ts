import { html } from './html.ts';
import { layout, pageScript } from './layout.ts';

export const validAddress = '/valid/oauth2/auth';

/** Where VÀLid sends the citizen back to. */
export const formAddress = '/sta/Relec/TramitaForm';

const authorisation = `${validAddress}?${new URLSearchParams({
  response_type: 'code',
  client_id: 'sta.xaloc.demo',
  scope: 'autenticacio_usuari',
  approval_prompt: 'auto',
  state: 'tramit-11',
  redirect_uri: `${formAddress}?APP_CODE=STA&DBOIDTRAMIT=11&lang=CA`,
})}`;

const cookies = (
  blocking: boolean,
) => html`<div id="cookies" class="${blocking ? 'galetes bloqueig' : 'galetes'}" role="dialog" aria-label="Galetes" hidden>
  <p>Aquest lloc web fa servir galetes pròpies i de tercers per millorar l'experiència de navegació.</p>
  <button type="button" onclick="acceptarGaletes()">Acceptar totes</button>
</div>`;

const steps = [
  "Identifiqueu-vos amb un certificat digital o amb l'idCAT Mòbil.",
  'Ompliu el formulari amb les dades de la denúncia i els motius del recurs.',
  'Adjunteu i signeu la documentació (jpg, jpeg o pdf, fins a 10000 KB cada fitxer).',
  'Reviseu el resum i premeu «Enviar». Rebreu el justificant de registre en format PDF.',
];

/** The procedure's public page; its link opens VÀLid in a popup. */
export const landingPage = ({ blockingBanner, blockedPopup }: { blockingBanner: boolean; blockedPopup: boolean }): string =>
  layout(
    'Al·legacions i recursos de multes de trànsit',
    html`<p class="molla">Inici › Tràmits › Multes i sancions</p>
<h1>Presentació d'al·legacions i recursos de multes de trànsit</h1>
<p>Tràmit que permet presentar al·legacions, recursos i identificacions de conductor en els expedients sancionadors de trànsit gestionats per XALOC per delegació dels municipis.</p>
<section><h2>Com es fa</h2><ol>${steps.map((step) => html`<li>${step}</li>`)}</ol></section>
<section><h2>Qui ho pot demanar</h2><p>La persona interessada o qui la representi degudament.</p></section>
<section><h2>Termini</h2><p>El que indica la notificació rebuda, comptat des de l'endemà de la recepció.</p></section>
<p class="accions"><a class="boton-style naranja" id="tramitacio" href="${authorisation}" target="tramitacio" data-blocat="${blockedPopup ? 'si' : 'no'}" onclick="return obrirTramitacio(this)">Tramitació en línia</a></p>
<div id="avisFinestra" class="errores" role="alert" hidden>El navegador ha bloquejat la finestra emergent. Permeteu les finestres emergents d'aquest lloc i torneu-ho a provar.</div>
${cookies(blockingBanner)}`,
    [pageScript('landing.js')],
  );
