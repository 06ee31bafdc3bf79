import { type Html, html } from './html.ts';
import { textField } from './text-field.ts';

type Values = Readonly<Record<string, string>>;

const upper = { upper: true } as const;

/** The represented party: a company (RJ) or a person (RF), once chosen. */
export const representedBlock = (values: Values): Html => html`<fieldset><legend>Persona representada</legend>
  <p>${kind('RJ', 'Persona jurídica', values)} ${kind('RF', 'Persona física', values)}</p>
  ${values.tipoPersonaRepresented === 'RJ' ? company(values) : html``}${values.tipoPersonaRepresented === 'RF' ? person(values) : html``}
</fieldset>`;

const kind = (value: string, label: string, values: Values): Html =>
  html`<label><input type="radio" name="tipoPersonaRepresented" id="tipoPersonaRepresented${value}" value="${value}" onclick="recargaInferior()"${
    values.tipoPersonaRepresented === value ? html` checked` : html``
  }> ${label}</label>`;

const company = (values: Values): Html => html`
  ${textField('RepCIF', 'NIF (sense el caràcter de control) *', values, { ...upper, pattern: '[A-Z][0-9]{7}' })}
  ${textField('RepCIFCtrlDigit', 'Caràcter de control *', values, { ...upper, pattern: '[0-9A-Z]', short: true })}
  ${textField('RepRazonSoc', 'Raó social *', values, upper)}`;

const documentType = (value: string, label: string, values: Values): Html =>
  html`<option value="${value}"${values.RepTipoDoc === value ? html` selected` : html``}>${label}</option>`;

const person = (values: Values): Html => html`
  <div class="camp"><label for="RepTipoDoc">Tipus de document *</label><select id="RepTipoDoc" name="RepTipoDoc">${documentType('NIF', 'NIF / NIE', values)}${documentType('PS', 'Passaport', values)}</select></div>
  ${textField('RepDocuNum', 'Número (sense el caràcter de control) *', values, { ...upper, pattern: '[0-9A-Z]{3,12}' })}
  ${textField('RepDigito', 'Caràcter de control', values, { ...upper, pattern: '[0-9A-Z]', short: true })}
  ${textField('RepNombre', 'Nom *', values, upper)}
  ${textField('RepApellido1', 'Primer cognom *', values, upper)}
  ${textField('RepApellido2', 'Segon cognom', values, upper)}`;
