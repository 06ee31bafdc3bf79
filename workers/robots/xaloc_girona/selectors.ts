/** Where things are in the XALOC portal (STA platform, XVIA.md 5.1). Data only: a new version of the portal changes this file. */
export const selectors = {
  landing: {
    cookies: /^(acceptar|aceptar)( tot(e?s|es)?| todas?| todo)?$|^accept all$|^entesos$/i,
    start: /Tramitació en línia|Tramitación en línea/i,
    popupBlocked: '#avisFinestra',
  },
  certificate: '#btnContinuaCert, [data-testid=certificate-btn]',
  form: {
    itself: '#formulario',
    representing: 'input[name="tipoActuacion"][value="RT"]',
    company: 'input[name="tipoPersonaRepresented"][value="RJ"]',
    person: 'input[name="tipoPersonaRepresented"][value="RF"]',
    // Two radios share one id: only name and value tell them apart.
    electronicNotice: 'input[name="modoNotificacion"][value="E"]',
    documentRows: 'a.docs',
    documentStatus: 'td[id^="Status"]',
    attached: 'span.adjuntado',
    accept: '#lopdok',
    next: '#botoncontinuar a',
    editor: 'DinVarMOTIUS',
  },
  uploader: {
    /** The first one; the next ones are `#fichero1`, `#fichero2`, … */
    file: '#fichero',
    upload: /Clicar per adjuntar|Clicar para adjuntar/i,
    result: '#uploadResultado',
    attached: /adjuntat|adjuntado/i,
    next: '#continuar a',
  },
  summary: {
    address: /\/TramitaSign/,
    send: 'a.boton-style.naranja',
    sendText: /^\s*Enviar/,
  },
  receipt: {
    address: /TramitaJustif/,
    frame: 'iframe#iframeJustif',
  },
  /** What the portal shows instead of going on, the most telling first. */
  notices: {
    any: '.errores',
    session: '#sesionCaducada',
    certificate: '#errorCertificat',
  },
} as const;
