import { type Draft, documentTypes, hexNames, personId } from '../sessions.ts';
import { type Html, html } from './html.ts';

/** The rows of papers: the first one must be attached before the form can be sent. */
export const documentRows = (draft: Draft): Html => html`<fieldset><legend>Documentació</legend>
<table class="dades"><thead><tr><th>Document</th><th>Estat</th><th>Acció</th></tr></thead><tbody>
${documentTypes.map(({ id, label, required }) => row(draft, id, `${label}${required ? ' *' : ''}`))}
</tbody></table></fieldset>`;

const row = (draft: Draft, id: string, label: string): Html => html`<tr><td>${label}</td>${statusCell(draft, id)}
<td><a class="docs" href="#" onclick="openUploader('${id}', 'jpg,jpeg,pdf', '0', '${personId}', '10000', 'true', 'false', 'true'); return false;">Adjuntar i signar</a><input type="hidden" id="${id}file" name="${id}file" value="${hexNames(draft, id)}"></td></tr>`;

const statusCell = (draft: Draft, id: string): Html =>
  draft.documents[id]?.length
    ? html`<td id="Status${id}_${personId}"><span class="adjuntado">Adjuntat</span></td>`
    : html`<td id="Status${id}_${personId}" class="pendiente">Pendent</td>`;
