import { html } from './html.ts';
import { bareLayout, pageScript } from './layout.ts';

/** The popup documentSignSend.jsp. */
export const uploaderPage = ({ type, draftId }: { type: string; draftId: string }): string =>
  bareLayout(
    'Adjuntar i signar documents',
    html`<h1>Adjuntar documents</h1>
<p>Seleccioneu els fitxers un a un (jpg, jpeg o pdf; màxim 10000 KB cada un) i després premeu «Clicar per adjuntar».</p>
<form id="form1" name="form1" method="post" enctype="multipart/form-data" target="uploadFrame" action="/sta/Relec/FileUploader?${new URLSearchParams({ tipoDocumento: type, dboidReq: draftId }).toString()}">
  <div id="ficheros" class="fitxers"><input type="file" id="fichero" name="fichero"></div>
  <div id="pasoSubir" class="accions" hidden><a class="boton-style naranja" href="javascript:void(0)" onclick="uploadFile()">Clicar per adjuntar</a></div>
  <div id="procesoFirma" hidden><a class="boton-style" href="javascript:void(0)">Signar i adjuntar</a></div>
</form>
<p id="progreso" hidden>S'està adjuntant, espereu…</p>
<div id="uploadResultado" role="status" hidden></div>
<div id="continuar" class="accions" style="display:none"><a class="boton-style naranja" href="javascript:void(0)" onclick="continuar()">Continuar</a></div>
<iframe id="uploadFrame" name="uploadFrame" title="Resultat" hidden></iframe>`,
    [pageScript('uploader.js')],
  );

/** The same popup with its content one frame further in. */
export const framedUploaderPage = (address: string): string =>
  bareLayout(
    'Adjuntar i signar documents',
    html`<iframe id="contenido" title="Adjuntar documents" src="${address}" style="width: 100%; height: 440px; border: 0"></iframe>`,
  );

export type UploadAnswer = { readonly correcto: boolean; readonly mensaje: string; readonly nombres: readonly string[] };

/** What the hidden frame receives: it tells the popup around it. */
export const uploadAnswerPage = (answer: UploadAnswer): string =>
  `<!doctype html><meta charset="utf-8"><script>parent.resultadoSubida(${JSON.stringify(answer).replace(/</g, '\\u003c')});</script>`;
