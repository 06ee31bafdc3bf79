import { type Html, html } from './html.ts';

type Options = {
  /** Upper-cased on blur. */
  readonly upper?: boolean;
  /** Checked on blur, whole value. */
  readonly pattern?: string;
  readonly short?: boolean;
};

/** One labelled text field of the form, named like its id. */
export const textField = (id: string, label: string, values: Readonly<Record<string, string>>, options: Options = {}): Html =>
  html`<div class="camp"><label for="${id}">${label}</label><input type="text" id="${id}" name="${id}" value="${values[id]}" autocomplete="off"${attributes(options)}><span class="missatge"></span></div>`;

const attributes = ({ upper, pattern, short }: Options): Html =>
  html`${upper ? html` data-majuscules="si"` : html``}${
    pattern ? html` data-patro="${pattern}"` : html``
  }${short ? html` class="curt"` : html``}`;
