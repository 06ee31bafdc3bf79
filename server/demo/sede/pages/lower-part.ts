import type { Draft } from '../sessions.ts';
import { documentRows } from './documents.ts';
import { type Html, html } from './html.ts';
import { representedBlock } from './represented.ts';
import { textField } from './text-field.ts';

export type FormValues = Readonly<Record<string, string>>;

/** The e-mail field of the role: its number changes when a third party is represented. */
export const contactField = (values: FormValues): 'contact21' | 'contact22' => (values.tipoActuacion === 'RT' ? 'contact22' : 'contact21');

/** What the radios reload from the server: everything under the role. */
export const lowerPart = (draft: Draft, values: FormValues): Html => html`
${values.tipoActuacion === 'RT' ? representedBlock(values) : html``}
${notifications(values)}
${specificData(values)}
${documentRows(draft)}`;

const mode = (value: string, label: string, values: FormValues): Html =>
  html`<label><input type="radio" id="modoNotificacion" name="modoNotificacion" value="${value}"${values.modoNotificacion === value ? html` checked` : html``}> ${label}</label>`;

const notifications = (values: FormValues): Html => html`<fieldset><legend>Notificacions</legend>
  <p>${mode('E', 'Vull rebre les notificacions per mitjans electrònics', values)}<br>${mode('P', 'Vull rebre les notificacions en paper', values)}</p>
  ${textField(contactField(values), 'Correu electrònic per als avisos *', values, { pattern: '[^@ ]+@[^@ ]+[.][^@ ]+' })}
</fieldset>`;

const specificData = (values: FormValues): Html => html`<fieldset><legend>Dades específiques de la sol·licitud</legend>
  ${textField('DinVarNUMDEN', 'Número de denúncia *', values)}
  ${textField('DinVarMATRICULA', 'Matrícula del vehicle *', values, { upper: true })}
  ${textField('DinVarNUMEXP', "Número d'expedient *", values)}
  <p><label for="DinVarMOTIUS_ifr">Motius *</label></p>
  <div class="editor"><div class="barra">B &nbsp; <em>I</em> &nbsp; <u>U</u></div><iframe id="DinVarMOTIUS_ifr" title="Àrea de text enriquit"></iframe></div>
  <textarea id="DinVarMOTIUS" name="DinVarMOTIUS" hidden>${values.DinVarMOTIUS}</textarea>
</fieldset>`;
