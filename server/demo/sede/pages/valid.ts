import { html } from './html.ts';
import { bareLayout } from './layout.ts';

/** The identification page; the certificate itself is the simulator's own. */
export const validPage = ({ redirect, state }: { redirect: string; state: string }): string =>
  bareLayout(
    'VÀLid - Servei d’identitats digitals',
    html`<div class="valid">
  <h1>VÀLid</h1>
  <p>Trieu com us voleu identificar per accedir a <strong>Seu electrònica XALOC</strong>.</p>
  <form method="post" action="/valid/certificat">
    <input type="hidden" name="redirect_uri" value="${redirect}"><input type="hidden" name="state" value="${state}">
    <button type="button" disabled>idCAT Mòbil</button>
    <button type="submit" class="principal" id="btnContinuaCert" data-testid="certificate-btn">Certificat digital: idCAT, DNIe…</button>
    <button type="button" disabled>Cl@ve</button>
  </form>
  <p><small>Aquest servei és una simulació del Consorci AOC per a la demostració.</small></p>
</div>`,
  );

export const certificateRefusedPage = (): string =>
  bareLayout(
    'VÀLid - Error',
    html`<div class="valid"><h1>VÀLid</h1><div id="errorCertificat" class="errores" role="alert">No s'ha pogut validar el certificat digital: el certificat ha estat rebutjat.</div><p><a href="/seu-electronica?view=tramits&amp;id=11">Tornar a la seu</a></p></div>`,
  );
