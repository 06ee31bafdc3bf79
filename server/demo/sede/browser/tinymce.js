/* A small editor with the few calls of TinyMCE that the real form relies on. The textarea only changes by save(). */
(() => {
  const editors = new Map();
  const blocks = /<(p|div|ul|ol|table|h[1-6])[\s>]/i;

  const create = (id) => {
    const area = document.getElementById(id);
    const frame = document.getElementById(`${id}_ifr`);
    const page = frame.contentDocument;
    page.open();
    page.write(
      '<!doctype html><html><head><style>body{font:13px Arial;margin:8px}p{margin:0 0 8px}</style></head>' +
        '<body id="tinymce" class="mce-content-body" contenteditable="true" aria-label="Àrea de text enriquit"></body></html>',
    );
    page.close();
    const body = page.body;
    const editor = {
      id,
      setContent(text) {
        // Without blocks the whole text becomes one paragraph: its line breaks are lost.
        body.innerHTML = blocks.test(text) ? text : `<p>${text.replace(/\s*\n\s*/g, ' ')}</p>`;
      },
      getContent: () => (body.textContent.trim() === '' ? '' : body.innerHTML),
      getBody: () => body,
      save() {
        area.value = editor.getContent();
        return area.value;
      },
    };
    editor.setContent(area.value);
    return editor;
  };

  window.tinymce = {
    activeEditor: null,
    get: (id) => editors.get(id) ?? null,
    init({ target }) {
      editors.delete(target);
      // As the real one, the editor is there a moment after its textarea.
      setTimeout(() => {
        if (!document.getElementById(target)) return;
        editors.set(target, create(target));
        window.tinymce.activeEditor = editors.get(target);
      }, 30);
    },
    triggerSave() {
      for (const editor of editors.values()) editor.save();
    },
  };
})();
