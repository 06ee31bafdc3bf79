/* The form's behaviours: partial reload of its lower part, checks on blur, the uploader's popup, the continue button. */
(() => {
  const form = document.getElementById('formulario');
  const lower = document.getElementById('parteInferior');
  const mask = document.getElementById('mask');
  const lopd = document.getElementById('lopdok');

  const showError = (input, sentence) => {
    input.classList.toggle('error', sentence !== '');
    const place = input.parentElement.querySelector('.missatge');
    if (place) place.textContent = sentence;
  };

  const checkOnBlur = (event) => {
    const input = event.target;
    if (input.dataset.majuscules) input.value = input.value.trim().toUpperCase();
    if (!input.dataset.patro) return;
    const wrong = input.value !== '' && !new RegExp(`^(?:${input.dataset.patro})$`, 'u').test(input.value);
    showError(input, wrong ? 'El format no és correcte.' : '');
  };

  const prepareLower = () => {
    for (const input of lower.querySelectorAll('input[data-patro], input[data-majuscules]')) input.addEventListener('blur', checkOnBlur);
    window.tinymce.init({ target: 'DinVarMOTIUS' });
  };

  window.recargaInferior = async () => {
    mask.hidden = false;
    const answer = await fetch('/sta/Relec/TramitaFormParcial', { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok || answer.redirected) {
      document.open();
      document.write(await answer.text());
      document.close();
      return;
    }
    lower.innerHTML = await answer.text();
    prepareLower();
    mask.hidden = true;
  };

  const uploaderParameters = ['tipoDocumento', 'extensions', 'firma', 'personDBOID', 'maxSize', 'checkPdf', 'reusable', 'allowMultiple'];

  window.openUploader = (...values) => {
    const query = new URLSearchParams(uploaderParameters.map((name, at) => [name, values[at]]));
    query.set('dboidReq', form.elements.dboidReq.value);
    window.open(`/sta/Relec/documentSignSend.jsp?${query}`, 'uploader', 'width=720,height=520,resizable=yes,scrollbars=yes');
  };

  const toHex = (text) => Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('');

  /* The uploader's popup calls it when its documents are at the server. */
  window.addDocumentoLista = (type, person, names) => {
    const cell = document.getElementById(`Status${type}_${person}`);
    cell.className = '';
    cell.innerHTML = '<span class="adjuntado">Adjuntat</span>';
    cell.querySelector('span').title = names.join(', ');
    document.getElementById(`${type}file`).value = toHex(names.join(';'));
    if (form.dataset.mascara === 'si') coverWithMask();
  };

  /* The fault `mascara`: the mask stays until the box is ticked by script, or for a good while. */
  const coverWithMask = () => {
    mask.hidden = false;
    setTimeout(() => {
      mask.hidden = true;
    }, Number(form.dataset.mascaraMs));
  };

  window.acceptaLopd = () => {
    document.getElementById('botoncontinuar').style.display = lopd.checked ? 'block' : 'none';
    mask.hidden = true;
  };

  window.onSave = () => {
    mask.hidden = false;
    form.submit();
  };

  prepareLower();
})();
