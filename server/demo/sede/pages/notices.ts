import { html } from './html.ts';
import { layout } from './layout.ts';

const again = html`<p><a href="/seu-electronica?view=tramits&amp;id=11">Tornar a començar el tràmit</a></p>`;

export const sessionExpiredPage = (): string =>
  layout(
    'Sessió caducada',
    html`<h1>Sessió caducada</h1><div id="sesionCaducada" class="errores" role="alert">La vostra sessió ha caducat. Torneu a identificar-vos.</div>${again}`,
  );

export const serverErrorPage = (): string =>
  layout(
    'Error',
    html`<h1>Error intern del servidor</h1><div id="errorServidor" class="errores" role="alert">S'ha produït un error en processar la petició.</div>${again}`,
  );

export const notFoundPage = (): string =>
  layout(
    'No trobat',
    html`<h1>Pàgina no trobada</h1><div class="errores" role="alert">L'adreça demanada no existeix en aquesta seu.</div>${again}`,
  );
