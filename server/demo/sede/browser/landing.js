(() => {
  const banner = document.getElementById('cookies');
  banner.hidden = localStorage.getItem('galetes') === 'acceptades';

  window.acceptarGaletes = () => {
    localStorage.setItem('galetes', 'acceptades');
    banner.hidden = true;
  };

  window.obrirTramitacio = (link) => {
    if (link.dataset.blocat === 'si') {
      link.dataset.blocat = 'no';
      document.getElementById('avisFinestra').hidden = false;
      return false;
    }
    window.open(link.href, 'tramitacio', 'width=1200,height=900,resizable=yes,scrollbars=yes');
    return false;
  };
})();
