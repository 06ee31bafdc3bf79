/* The uploader's popup: one more file input after each selection, one upload for all of them, then back to the opener. */
(() => {
  const form = document.getElementById('form1');
  const result = document.getElementById('uploadResultado');
  const progress = document.getElementById('progreso');
  const query = new URLSearchParams(location.search);
  const extensions = query.get('extensions').split(',');
  const opener = window.opener ?? window.parent.opener;
  let uploaded = [];

  const inputs = () => [...form.querySelectorAll('input[type=file]')];

  const newInput = () => {
    const input = document.createElement('input');
    input.type = 'file';
    input.id = input.name = `fichero${inputs().length}`;
    input.addEventListener('change', () => window.stepAfterSelect(input));
    document.getElementById('ficheros').append(input);
  };

  const say = (sentence, wrong) => {
    result.textContent = sentence;
    result.className = wrong ? 'errores' : 'adjuntado';
    result.hidden = false;
  };

  const problemOf = (file) => {
    if (!extensions.includes(file.name.split('.').pop().toLowerCase())) {
      return `El fitxer ${file.name} no té una extensió permesa (${extensions.join(', ')}).`;
    }
    return file.size > Number(query.get('maxSize')) * 1024 ? `El fitxer ${file.name} supera els ${query.get('maxSize')} KB.` : '';
  };

  window.stepAfterSelect = (input) => {
    const problem = problemOf(input.files[0]);
    if (problem) {
      input.value = '';
      say(problem, true);
      return;
    }
    result.hidden = true;
    document.getElementById('pasoSubir').hidden = false;
    if (query.get('allowMultiple') === 'true') newInput();
  };

  window.uploadFile = () => {
    progress.hidden = false;
    form.submit();
  };

  /* The hidden frame's answer calls it. */
  window.resultadoSubida = (answer) => {
    progress.hidden = true;
    if (!answer.correcto) {
      say(answer.mensaje, true);
      return;
    }
    uploaded = answer.nombres;
    say('Document adjuntat', false);
    document.getElementById('pasoSubir').hidden = true;
    document.getElementById('continuar').style.display = 'block';
  };

  window.continuar = () => {
    opener.addDocumentoLista(query.get('tipoDocumento'), query.get('personDBOID'), uploaded);
    window.top.close();
  };

  document.getElementById('fichero').addEventListener('change', (event) => window.stepAfterSelect(event.target));
})();
