import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Html, html, raw } from './html.ts';

const browserFile = (name: string): string => readFileSync(join(import.meta.dirname, '../browser', name), 'utf8');

/** A script of browser/, to stand inside a page. */
export const pageScript = (name: string): Html => raw(`<script>\n${browserFile(name)}</script>`);

const style = raw(`<style>\n${browserFile('portal.css')}${browserFile('form.css')}</style>`);

const menu = [
  'La seu electrònica',
  'Tràmits i gestions',
  "Tauler d'anuncis",
  'Perfil del contractant',
  'Verificació de documents',
  'Ajuda',
];

const header = html`<header class="capcalera">
  <div class="marca"><span class="escut" aria-hidden="true">✦</span><div><strong>XALOC</strong><small>Xarxa Local de Municipis · Diputació de Girona</small></div></div>
  <p class="entorn">Entorn de demostració: cap presentació no és real</p>
</header>
<nav class="menu"><ul>${menu.map((title) => html`<li><a href="/seu-electronica">${title}</a></li>`)}</ul></nav>`;

const footer = html`<footer class="peu">
  <div><h4>Contacte</h4><p>Avinguda de l'Exemple, 1 · 17000 Girona<br>Telèfon 900 000 000 · bustia@seu.example</p></div>
  <div><h4>Horari d'atenció</h4><p>De dilluns a divendres, de 9.00 a 14.00 h</p></div>
  <div><h4>Data i hora oficial</h4><p>Servei sincronitzat amb el Real Institut i Observatori de l'Armada</p></div>
</footer>`;

/** A whole page of the portal. */
export const layout = (title: string, content: Html, scripts: readonly Html[] = []): string =>
  html`<!doctype html>
<html lang="ca">
<head><meta charset="utf-8"><title>${title} - Seu electrònica XALOC</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">${style}</head>
<body>
${header}
<main class="contingut">
${content}
</main>
${footer}
${scripts}
</body>
</html>`.html;

/** A page without the portal's frame: popups and hidden frames. */
export const bareLayout = (title: string, content: Html, scripts: readonly Html[] = []): string =>
  html`<!doctype html>
<html lang="ca">
<head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">${style}</head>
<body class="finestra">
${content}
${scripts}
</body>
</html>`.html;
